import FeynmanKac

enum GaussianKind {
  private static let mean = Key("mean", .list(.number(.any)), .required, "[d], in data units.")
  private static let deviation = Key(
    "standard_deviation", .numberOrList(.positive), .required, "A number or [d], in data units.")

  static let kind: ModelKind = .init(
    "gaussian", "A Gaussian with a diagonal covariance.", keys: [mean, deviation]
  ) {
    settings, _ throws(SettingFailure) in
    try AnalyticModel.refuseCondition(settings)
    let mean = try mean.value(in: settings)
    let deviations = try deviation.value(in: settings).values(count: mean.count)
    guard deviations.count == mean.count else {
      throw SettingFailure(
        key: deviation.name,
        problem: "has length \(deviations.count); mean has length \(mean.count), give a number or as many")
    }
    let mixture = try ModelFactory.caught {
      try GaussianMixture(means: [mean], weights: [1], standardDeviations: [deviations])
    }
    return .init(model: try AnalyticModel.stated(mixture, settings))
  }
}
