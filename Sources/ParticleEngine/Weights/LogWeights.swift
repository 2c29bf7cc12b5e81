import Libc

/// Sums over log-weights, in nats and in Double: −∞ is a weight of zero, and nothing is ever clipped.
public enum LogWeights {
  /// `log Σ e^l`, in nats; −∞ where every weight is zero and for no weights at all, NaN where a log-weight is NaN or
  /// +∞.
  public static func logSumExp(_ logWeights: UnsafeBufferPointer<Double>) -> Double {
    // The kernel's highest log-weight passes over NaN, which the engine refuses before it gets there.
    guard logWeights.allSatisfy({ $0 < .infinity }) else { return .nan }
    return WeightMoments(of: logWeights).logSum
  }

  /// `log n`: an equal share of `n` weights is its negative.
  package static func logarithm(_ count: Int) -> Double { log(Double(count)) }

  /// `log Σ e^l` of an array, likewise.
  public static func logSumExp(_ logWeights: [Double]) -> Double {
    logWeights.withUnsafeBufferPointer { logSumExp($0) }
  }
}
