import FeynmanKac

/// The prediction of models whose output is not yet a score.
enum PredictionSetting {
  static let missingSpread = "missing; edm needs the standard deviation that it scales by"

  /// What the output stands for.
  ///
  /// - Parameter settings: The model's, which state its data's standard deviation.
  static func prediction(_ name: PredictionName, _ settings: Setting) throws(SettingFailure) -> Prediction {
    let spread = ModelKeys.dataStandardDeviation.value(in: settings)
    guard let prediction = name.prediction(dataStandardDeviation: spread) else {
      throw SettingFailure(key: ModelKeys.dataStandardDeviation.name, problem: missingSpread)
    }
    return prediction
  }
}
