import Foundation

// What is known of the errors of a run's figures.

extension RunResult {
  /// The 95 % interval of log Z, in nats: its standard error and, where it was measured, its step-size error. Nil where
  /// there is no standard error. A network's own error is in none of these.
  public var logNormalizerInterval: (low: Double, high: Double)? {
    guard let estimate = logNormalizer, let standardError = estimate.standardError else { return nil }
    let monteCarlo = Self.quantile(degreesOfFreedom: estimate.degreesOfFreedom) * standardError
    let step = stepSizeError.map { error in
      abs(error.logNormalizer.value) + 2 * (error.logNormalizer.standardError ?? 0)
    }
    let width = hypot(monteCarlo, step ?? 0)
    return (estimate.value - width, estimate.value + width)
  }

  /// Monte Carlo standard errors of the weighted mean of each coordinate, length `d`, in data units, from the same
  /// independent groups of particles as that of log Z, so that they count what resampling does. Nil where log Z has none.
  public var meanStandardErrors: [Double]? {
    guard let method = logNormalizer?.standardErrorMethod else { return nil }
    let groups = InfluenceGroups(islands: islands, particles: particles, method: method) {
      ancestors.map { Int32($0) }
    }
    let weights = logWeights.map { exp($0) }
    let mean = weightedMean
    return (0..<dimensions).map { j in
      groups.standardError { weights[$0] * (Double(samples[$0 * dimensions + j]) - mean[j]) }
    }
  }

  /// 97.5 % of Student's t, by the first terms of Fisher's expansion: right to 0.001 from 7 degrees of freedom on.
  static func quantile(degreesOfFreedom: Int?) -> Double {
    let z = 1.959964
    guard let degreesOfFreedom else { return z }
    let n = Double(degreesOfFreedom)
    return z + (pow(z, 3) + z) / (4 * n) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * n * n)
  }
}
