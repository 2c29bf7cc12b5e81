import FeynmanKac

enum KarrasKind {
  private static let standard = Karras()
  private static let sigmaMin = Key(
    "sigma_min", .number(.positive), .byDefault(standard.sigmaMin), "The noise at t = 0, in data units.")
  private static let sigmaMax = Key(
    "sigma_max", .number(.positive), .byDefault(standard.sigmaMax), "The noise at t = 1, in data units.")
  private static let rho = Key(
    "rho", .number(.positive), .byDefault(standard.rho), "The power whose root of the noise is linear in t.")

  static let kind: ProcessKind = .init(
    "karras", "α = 1 and σ^(1/rho) is linear in t (Karras et al. 2022).", keys: [sigmaMin, sigmaMax, rho]
  ) { settings, _ throws(SettingFailure) in
    let rho = try rho.value(in: settings)
    let range = try settings.ascending(sigmaMin, sigmaMax)
    return Karras(sigmaMin: range.low, sigmaMax: range.high, rho: rho)
  }
}
