import Libc

/// Independent islands put together: by the mean of `Ẑ`, never of `log Ẑ`, because it is `Ẑ` that is unbiased.
public struct IslandMerge: Sendable {
  /// `log (1/K Σ Ẑ_k)`, in nats; −∞ where every island is dead.
  public let logNormalizer: Double
  /// The share of each island in the merged sample, `Ẑ_k / Σ Ẑ`; they sum to one. NaN where every island is dead.
  public let weights: [Double]

  /// - Parameter logNormalizers: `log Ẑ_k` of each island, in nats; −∞ for a dead one.
  public init(logNormalizers: [Double]) {
    precondition(!logNormalizers.isEmpty, "no islands to merge")
    let logSum = LogWeights.logSumExp(logNormalizers)
    logNormalizer = logSum - log(Double(logNormalizers.count))
    weights = logNormalizers.map { exp($0 - logSum) }
  }

  /// How many islands of equal weight would be known as well, `1/Σ W_k²`.
  public var effectiveIslands: Double { 1 / weights.reduce(0) { $0 + $1 * $1 } }

  /// The standard error of `log Z` by the spread of the islands: the delta method on the mean of `Ẑ`,
  /// `√(Σ (K W_k − 1)² / (K (K − 1)))`, with `K − 1` degrees of freedom. Nil for one island or where all are dead.
  public var spreadStandardError: Double? {
    let count = Double(weights.count)
    guard count > 1, logNormalizer > -.infinity else { return nil }
    var sum = 0.0
    for weight in weights {
      let deviation = count * weight - 1
      sum += deviation * deviation
    }
    return (sum / (count * (count - 1))).squareRoot()
  }

  /// The relative variance of the mean of `Ẑ` from that of each island, `Σ Ẑ_k² V_k / (Σ Ẑ)²`.
  ///
  /// - Returns: Nil where that of an island is not known.
  public func relativeVariance(ofIslands variances: [Double?]) -> Double? {
    precondition(
      variances.count == weights.count, "\(variances.count) variances for \(weights.count) islands")
    var sum = 0.0
    for (weight, variance) in zip(weights, variances) {
      guard let variance else { return nil }
      sum += weight * weight * variance
    }
    return sum.isFinite ? sum : nil
  }
}
