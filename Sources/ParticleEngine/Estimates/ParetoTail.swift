import Libc

/// How heavy the tail of a population's weights is: the shape `k` of the generalized Pareto distribution of the largest of them.
///
/// Weights have a finite variance below 1/2, and a standard error that comes from their squares says what it should. Above, a few particles
/// stand for many that were not drawn, as in a mode that few have reached.
/// - Source: the fit of Zhang and Stephens (2009), with its prior and the number of weights in the tail as Vehtari et al. (2024) have them.
package enum ParetoTail {
  /// Fewer weights in the tail tell its shape to no better than ± 0.15.
  private static let leastCount = 60

  /// - Parameter weights: Not negative, of any sum; `n` of them.
  /// - Returns: The shape of the tail of the `min(n/5, 3√n)` largest; nil where those are too few or nearly all alike.
  package static func shape(of weights: [Double]) -> Double? {
    let count = min(Double(weights.count) / 5, 3 * Double(weights.count).squareRoot())
    let size = Int(clamping: count)
    guard size >= leastCount else { return nil }
    let sorted = weights.sorted()
    let bound = sorted[sorted.count - size - 1]
    let tail = sorted.suffix(size).map { $0 - bound }.filter { $0 > 0 }
    guard tail.count >= leastCount, tail[tail.count - 1].isFinite else { return nil }
    let shape = fitted(tail)
    let size0 = Double(tail.count)
    return shape.isFinite ? (size0 * shape + 0.5 * priorWeight) / (size0 + priorWeight) : nil
  }

  /// The number of observations of 1/2 that the prior of the shape is worth.
  private static let priorWeight = 10.0

  /// The shape by the profile likelihood of `b`, in the mean over its quasi-posterior.
  ///
  /// - Parameter tail: What weights exceed the bound by, sorted.
  private static func fitted(_ tail: [Double]) -> Double {
    let count = Double(tail.count)
    let points = 30 + Int(clamping: count.squareRoot())
    let quartile = tail[max(0, Int(clamping: count / 4 + 0.5) - 1)]
    let largest = tail[tail.count - 1]
    func shape(_ b: Double) -> Double { tail.reduce(0) { $0 + log1p(-b * $1) } / count }
    let trials = (1...points).map { index in
      let root = (Double(points) / (Double(index) - 0.5)).squareRoot()
      return (1 - root) / (3 * quartile) + 1 / largest
    }
    let likelihoods = trials.map { b in
      let own = shape(b)
      return count * (log(-b / own) - own - 1)
    }
    // bound: no trial is left out but those that are 0 by rounding.
    let usable = trials.indices.filter { likelihoods[$0].isFinite }
    guard let highest = usable.map({ likelihoods[$0] }).max() else { return .nan }
    let (sum, weighted) = usable.reduce((0.0, 0.0)) {
      let weight = exp(likelihoods[$1] - highest)
      return ($0.0 + weight, $0.1 + weight * trials[$1])
    }
    return shape(weighted / sum)
  }
}
