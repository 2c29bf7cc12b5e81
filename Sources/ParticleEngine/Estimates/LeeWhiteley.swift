import Libc

/// The variance of a normalizing constant from a single run, by who descends from whom.
public enum LeeWhiteley {
  /// The relative variance of `Ẑ`, which is the variance of `log Ẑ` to first order:
  /// ```
  /// V = 1 − (N/(N−1))^(p+1) (1 − Σₑ (Σ_{i: eve(i)=e} Wᵢ)²)
  /// ```
  /// `Ẑ² V` is unbiased for `Var Ẑ` where every resampling is multinomial. It holds well for killing under an ESS
  /// trigger. For other rules it is several times too small, so ask `supportsLeeWhiteley` first; without any resampling
  /// it is right for all. It is wild once few eves remain.
  ///
  /// - Parameters:
  ///   - weights: `W`, normalised over the `N` particles.
  ///   - eves: For each particle the index at the start that it descends from, from `first ..< first + N`.
  ///   - first: The index of the first particle, where an island does not begin at 0.
  ///   - resamplings: `p`, how often this island resampled.
  /// - Returns: Nil where it says nothing: one particle, one eve that carries all the weight, or a result that is
  ///   negative or not finite.
  /// - Source: Lee & Whiteley 2018 (arXiv 1509.00394).
  public static func relativeVariance<Index: FixedWidthInteger>(
    weights: UnsafeBufferPointer<Double>, eves: UnsafeBufferPointer<Index>, startingAt first: Int = 0,
    resamplings: Int
  ) -> Double? {
    precondition(eves.count == weights.count, "\(eves.count) eves for \(weights.count) weights")
    return relativeVariance(
      squaredShares: squaredShares(weights: weights, eves: eves, startingAt: first), count: weights.count,
      resamplings: resamplings)
  }

  /// The same from `Σₑ Wₑ²` of `count` particles.
  package static func relativeVariance(squaredShares sumOfSquares: Double, count: Int, resamplings: Int)
    -> Double?
  {
    guard count > 1 else { return nil }
    guard sumOfSquares < 1 else { return nil }
    let particles = Double(count)
    let variance = 1 - exp(-Double(resamplings + 1) * log1p(-1 / particles)) * (1 - sumOfSquares)
    if resamplings == 0 {
      // Never negative but for rounding: equal weights have no spread.
      return max(0, variance)
    }
    return variance > 0 && variance.isFinite ? variance : nil
  }

  /// `Σₑ Wₑ²`, `Wₑ` the weight of all descendants of one particle of the start: from 1 where there is one ancestor down
  /// to `1/N`.
  package static func squaredShares<Index: FixedWidthInteger>(
    weights: UnsafeBufferPointer<Double>, eves: UnsafeBufferPointer<Index>, startingAt first: Int = 0
  ) -> Double {
    let count = weights.count
    let shares = [Double](onLargePages: count) { shares in
      shares.initialize(repeating: 0)
      for index in 0..<count { shares[Int(eves[index]) - first] += weights[index] }
    }
    return shares.reduce(0) { $0 + $1 * $1 }
  }

  /// The same for arrays.
  public static func relativeVariance<Index: FixedWidthInteger>(
    weights: [Double], eves: [Index], startingAt first: Int = 0, resamplings: Int
  ) -> Double? {
    weights.withUnsafeBufferPointer { weights in
      eves.withUnsafeBufferPointer { eves in
        relativeVariance(weights: weights, eves: eves, startingAt: first, resamplings: resamplings)
      }
    }
  }
}
