#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Sums over log weights, in nats and in Double: −∞ is a weight of zero, and nothing is ever clipped.
public enum LogWeights {
  /// `log Σ e^l`; −∞ where every weight is zero, NaN where a log weight is NaN or +∞.
  public static func logSumExp(_ logWeights: UnsafeBufferPointer<Double>) -> Double {
    WeightSummary(of: logWeights).logSum
  }

  /// `log Σ e^l`; −∞ where every weight is zero, NaN where a log weight is NaN or +∞.
  public static func logSumExp(_ logWeights: [Double]) -> Double {
    logWeights.withUnsafeBufferPointer { logSumExp($0) }
  }

  /// `(Σ w)² / Σ w²`; 0 where every weight is zero, NaN where a log weight is NaN or +∞.
  public static func effectiveSampleSize(_ logWeights: UnsafeBufferPointer<Double>) -> Double {
    WeightSummary(of: logWeights).effectiveSampleSize
  }

  /// `(Σ w)² / Σ w²`; 0 where every weight is zero, NaN where a log weight is NaN or +∞.
  public static func effectiveSampleSize(_ logWeights: [Double]) -> Double {
    logWeights.withUnsafeBufferPointer { effectiveSampleSize($0) }
  }

  /// Writes `Wᵢ = wᵢ / Σ w` of the log weights of one block.
  ///
  /// - Parameters:
  ///   - weights: As many as log weights; may be the same memory.
  ///   - summary: Of all blocks together; its sum must be positive and finite.
  public static func normalize(
    _ logWeights: UnsafeBufferPointer<Double>, into weights: UnsafeMutableBufferPointer<Double>,
    summary: WeightSummary
  ) {
    precondition(
      logWeights.count == weights.count, "\(logWeights.count) log weights for \(weights.count) weights")
    precondition(summary.sum > 0, "weights that sum to \(summary.sum) cannot be normalised")
    let scale = 1 / summary.sum
    for index in logWeights.indices {
      weights[index] = exp(logWeights[index] - summary.maximum) * scale
    }
  }

  /// Normalises all weights at once.
  ///
  /// - Returns: `log Σ e^l`, or nil where the weights are all zero or not numbers, and then nothing is written.
  public static func normalize(
    _ logWeights: UnsafeBufferPointer<Double>, into weights: UnsafeMutableBufferPointer<Double>
  ) -> Double? {
    let summary = WeightSummary(of: logWeights)
    guard summary.sum > 0 else { return nil }
    normalize(logWeights, into: weights, summary: summary)
    return summary.logSum
  }

  /// Normalised weights; nil where they are all zero or not numbers.
  public static func normalized(_ logWeights: [Double]) -> [Double]? {
    var weights = logWeights
    let logSum = weights.withUnsafeMutableBufferPointer { normalize(UnsafeBufferPointer($0), into: $0) }
    return logSum == nil ? nil : weights
  }
}
