import FeynmanKac
import ScoreNetworks

/// The key `prediction` of models whose output is not yet a score.
enum PredictionSetting {
  static let names = ["score", "epsilon", "x0", "v", "velocity", "edm"]

  /// What the output stands for.
  ///
  /// - Parameter spread: The data's standard deviation, which `edm` needs.
  /// - Returns: nil where `edm` has no spread.
  static func prediction(_ name: String, dataStandardDeviation spread: Double?) -> Prediction? {
    switch name {
    case "score": .score
    case "epsilon": .epsilon
    case "x0": .dataPoint
    case "v": .v
    case "velocity": .velocity
    default: spread.map { .edm(dataStandardDeviation: $0) }
    }
  }

  /// What the output stands for, as a model's settings state it.
  static func prediction(_ setting: Setting) throws(ModelFactory.Failure) -> Prediction? {
    guard let name = setting["prediction"]?.text else { return nil }
    let spread = setting["data_standard_deviation"]?.number
    guard let prediction = prediction(name, dataStandardDeviation: spread) else {
      throw ModelFactory.Failure(
        key: "data_standard_deviation", problem: "missing; edm needs the standard deviation that it scales by"
      )
    }
    return prediction
  }
}

extension Condition {
  /// The key `condition`: a class, or numbers; none where it is absent.
  init(_ setting: Setting?) {
    if let label = setting?.wholeNumber {
      self = .label(Int(clamping: label))
    } else if let numbers = setting?.numbers {
      self = .vector(numbers.map { Float($0) })
    } else {
      self = .none
    }
  }
}
