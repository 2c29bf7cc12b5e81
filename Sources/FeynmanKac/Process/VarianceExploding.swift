import Libc

/// `α = 1`, `σ(t) = σ_min (σ_max/σ_min)^t` (Song et al. 2021, §3.4). At `t = 0` the noise is `σ_min`, not 0.
public struct VarianceExploding: NoiseProcess {
  /// `σ(0)`, the noise at the data, in data units.
  public let sigmaMin: Double
  /// `σ(1)`, the noise at the start of sampling, in data units.
  public let sigmaMax: Double

  /// - Parameters:
  ///   - sigmaMin: `σ` at the data, positive, in data units.
  ///   - sigmaMax: `σ` at the noise, above `sigmaMin`.
  public init(sigmaMin: Double = 0.01, sigmaMax: Double = 50) {
    precondition(
      0 < sigmaMin && sigmaMin < sigmaMax, "σ_min \(sigmaMin) must lie between 0 and σ_max \(sigmaMax)")
    self.sigmaMin = sigmaMin
    self.sigmaMax = sigmaMax
  }

  /// `α(t) = 1`, no unit.
  public func signal(at time: Double) -> Double { 1 }
  /// `σ(t) = σ_min (σ_max/σ_min)^t`, in data units.
  public func noise(at time: Double) -> Double {
    // The ends are what was asked for, to the last bit.
    time == 1 ? sigmaMax : sigmaMin * exp(time * log(sigmaMax / sigmaMin))
  }
}

extension VarianceExploding {
  private static let standard = VarianceExploding()
  private static let low = Parameter(
    "sigmaMin", .positive, standard: standard.sigmaMin, "The noise at t = 0, in data units.")
  private static let high = Parameter(
    "sigmaMax", .positive, standard: standard.sigmaMax, "The noise at t = 1, in data units.")

  package static let kind = KindDescription<any NoiseProcess>(
    "variance-exploding", "α = 1 and σ = σ_min (σ_max/σ_min)^t.", [low, high]
  ) { values in
    let range = try values.ascending(low, high)
    return VarianceExploding(sigmaMin: range.low, sigmaMax: range.high)
  }
}

extension NoiseProcess where Self == VarianceExploding {
  /// The process by its name, as in `process: .varianceExploding()`; parameters are those of `VarianceExploding`.
  public static func varianceExploding(sigmaMin: Double = 0.01, sigmaMax: Double = 50) -> Self {
    VarianceExploding(sigmaMin: sigmaMin, sigmaMax: sigmaMax)
  }
}
