import Libc

/// `α = 1`, `σ^(1/ρ)` linear in `t` (Karras et al. 2022, Eq. 5, with time from data to noise).
public struct Karras: NoiseProcess {
  /// `σ(0)`, the noise at the data, in data units.
  public let sigmaMin: Double
  /// `σ(1)`, the noise at the start of sampling, in data units.
  public let sigmaMax: Double
  /// No unit.
  public let rho: Double

  /// - Parameters:
  ///   - sigmaMin: `σ` at the data, positive, in data units.
  ///   - sigmaMax: `σ` at the noise, above `sigmaMin`.
  ///   - rho: `ρ > 0`: larger puts more of the path near the data.
  public init(sigmaMin: Double = 0.002, sigmaMax: Double = 80, rho: Double = 7) {
    precondition(
      0 < sigmaMin && sigmaMin < sigmaMax, "σ_min \(sigmaMin) must lie between 0 and σ_max \(sigmaMax)")
    precondition(rho > 0, "ρ \(rho) must be positive")
    self.sigmaMin = sigmaMin
    self.sigmaMax = sigmaMax
    self.rho = rho
  }

  /// `α(t) = 1`, no unit.
  public func signal(at time: Double) -> Double { 1 }
  /// `σ(t) = (σ_min^(1/ρ) + t (σ_max^(1/ρ) − σ_min^(1/ρ)))^ρ`, in data units.
  public func noise(at time: Double) -> Double {
    // The ends are what was asked for, to the last bit.
    if time == 0 { return sigmaMin }
    if time == 1 { return sigmaMax }
    let low = pow(sigmaMin, 1 / rho)
    let high = pow(sigmaMax, 1 / rho)
    return pow(low + time * (high - low), rho)
  }
}

extension Karras {
  private static let standard = Karras()
  private static let low = Parameter(
    "sigmaMin", .positive, standard: standard.sigmaMin, "The noise at t = 0, in data units.")
  private static let high = Parameter(
    "sigmaMax", .positive, standard: standard.sigmaMax, "The noise at t = 1, in data units.")
  private static let power = Parameter(
    "rho", .positive, standard: standard.rho, "The power whose root of the noise is linear in t.")

  package static let kind = KindDescription<any NoiseProcess>(
    "karras", "α = 1 and σ^(1/rho) is linear in t (Karras et al. 2022).", [low, high, power]
  ) { values in
    let range = try values.ascending(low, high)
    return Karras(sigmaMin: range.low, sigmaMax: range.high, rho: values[power])
  }
}

extension NoiseProcess where Self == Karras {
  /// The process by its name, as in `process: .karras()`; parameters are those of `Karras`.
  public static func karras(sigmaMin: Double = 0.002, sigmaMax: Double = 80, rho: Double = 7) -> Self {
    Karras(sigmaMin: sigmaMin, sigmaMax: sigmaMax, rho: rho)
  }
}
