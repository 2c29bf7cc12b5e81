import Foundation

/// `α = 1`, `σ(t) = σ_min (σ_max/σ_min)^t` (Song et al. 2021, §3.4). At `t = 0` the noise is `σ_min`, not 0.
public struct VarianceExploding: NoiseProcess {
  /// In data units.
  public let sigmaMin: Double
  /// In data units.
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

  public func signal(at time: Double) -> Double { 1 }
  public func noise(at time: Double) -> Double {
    // The ends are what was asked for, to the last bit.
    time == 1 ? sigmaMax : sigmaMin * exp(time * log(sigmaMax / sigmaMin))
  }
}

extension NoiseProcess where Self == VarianceExploding {
  /// As `process: .varianceExploding()`; parameters as those of `VarianceExploding`.
  public static func varianceExploding(sigmaMin: Double = 0.01, sigmaMax: Double = 50) -> Self {
    VarianceExploding(sigmaMin: sigmaMin, sigmaMax: sigmaMax)
  }
}
