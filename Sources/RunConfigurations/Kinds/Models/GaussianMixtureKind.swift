import FeynmanKac

enum GaussianMixtureKind {
  private static let means = OptionalKey("means", .list(.list(.number(.any))), "[K][d], in data units.")
  private static let weights = OptionalKey(
    "weights", .list(.number(.positive)), "[K], summing to 1 within 1e-6; equal where absent.")
  private static let deviations = OptionalKey(
    "standard_deviations", .mixtureSpread, "A number, [K] or [K][d], in data units.")
  private static let file = OptionalKey(
    ModelFiles.fileName, .path("the path of a JSON file"), "A JSON file with these keys; others are ignored.")

  static let kind: ModelKind = .init(
    "gaussian-mixture", "A mixture of Gaussians with diagonal covariances.",
    keys: [means, weights, deviations, file, ModelFiles.sha256],
    groups: [
      .init(required: [means, deviations], optional: [weights]),
      .init(required: [file], optional: [ModelFiles.sha256]),
    ]
  ) { settings, factory throws(SettingFailure) in
    try AnalyticModel.refuseCondition(settings)
    if let path = file.value(in: settings) {
      let (bytes, pinned) = try factory.pinned(path, sha256: ModelFiles.sha256.value(in: settings))
      let mixture: GaussianMixture
      do throws(FileError) { mixture = try GaussianMixture(json: bytes, file: pinned.path) } catch {
        throw ModelFactory.failure(path, error)
      }
      return .init(model: try AnalyticModel.stated(mixture, settings), file: pinned)
    }
    let means = try means.required(in: settings)
    let spread = try deviations.required(in: settings)
    let mixture = try ModelFactory.caught {
      try GaussianMixture(means: means, weights: weights.value(in: settings), spread: spread)
    }
    return .init(model: try AnalyticModel.stated(mixture, settings))
  }
}

extension TypedShape where Value == GaussianMixture.Spread {
  fileprivate static var mixtureSpread: Self {
    Self(
      .either([.number(.positive), .list(.number(.positive)), .list(.list(.number(.positive)))]),
      read: { setting in
        setting.number.map { .common($0) } ?? setting.rows.map { .perDimension($0) }
          ?? setting.numbers.map { .perComponent($0) }
      },
      write: { spread in
        switch spread {
        case .common(let value): .number(value)
        case .perComponent(let values): .list(values.map { .number($0) })
        case .perDimension(let rows): .list(rows.map { .list($0.map { .number($0) }) })
        }
      })
  }
}
