import FeynmanKac

enum VarianceExplodingKind {
  private static let standard = VarianceExploding()
  private static let sigmaMin = Key(
    "sigma_min", .number(.positive), .byDefault(standard.sigmaMin), "The noise at t = 0, in data units.")
  private static let sigmaMax = Key(
    "sigma_max", .number(.positive), .byDefault(standard.sigmaMax), "The noise at t = 1, in data units.")

  static let kind: ProcessKind = .init(
    "variance-exploding", "α = 1 and σ = sigma_min (sigma_max/sigma_min)^t.", keys: [sigmaMin, sigmaMax]
  ) { settings, _ throws(SettingFailure) in
    let range = try settings.ascending(sigmaMin, sigmaMax)
    return VarianceExploding(sigmaMin: range.low, sigmaMax: range.high)
  }
}
