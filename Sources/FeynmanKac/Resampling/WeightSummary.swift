#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the engine needs to know of some log weights: `max l`, `Σ e^(l − max)` and `Σ e^(2(l − max))`.
///
/// Blocks are summarised in parallel and merged in the order of the blocks, so that the sums don't depend on the
/// number of threads. Merging is associative up to rounding.
public struct WeightSummary: Sendable, Equatable {
  /// `max l`, in nats; −∞ where every weight is zero and for no weights at all.
  public private(set) var maximum: Double
  /// `Σ e^(l − max)`, from 1 to the number of weights; 0 where every weight is zero, NaN where a log weight is NaN
  /// or +∞.
  public private(set) var sum: Double
  /// `Σ e^(2(l − max))`, likewise.
  public private(set) var sumOfSquares: Double

  /// The summary of no weights, to start a merge from.
  public init() {
    maximum = -.infinity
    sum = 0
    sumOfSquares = 0
  }

  /// Summarises log weights in nats; −∞ is a weight of zero.
  public init(of logWeights: UnsafeBufferPointer<Double>) {
    self.init()
    for logWeight in logWeights where logWeight > maximum { maximum = logWeight }
    guard maximum > -.infinity else {
      // −∞ − (−∞) is NaN: weights that are all zero are told apart from NaN by looking.
      if logWeights.contains(where: \.isNaN) { (sum, sumOfSquares) = (.nan, .nan) }
      return
    }
    for logWeight in logWeights {
      let weight = exp(logWeight - maximum)
      sum += weight
      sumOfSquares += weight * weight
    }
  }

  /// Adds the weights of another block.
  public mutating func merge(_ other: WeightSummary) {
    let top = max(maximum, other.maximum)
    guard top > -.infinity else {
      sum += other.sum
      sumOfSquares += other.sumOfSquares
      return
    }
    let scale = exp(maximum - top)
    let otherScale = exp(other.maximum - top)
    sum = sum * scale + other.sum * otherScale
    sumOfSquares = sumOfSquares * scale * scale + other.sumOfSquares * otherScale * otherScale
    maximum = top
  }

  /// True where a log weight is NaN or +∞.
  public var isNotANumber: Bool { sum.isNaN }

  /// True where every log weight is −∞.
  public var isAllZero: Bool { sum == 0 }

  /// `log Σ e^l`, in nats; −∞ where every weight is zero, NaN where a log weight is NaN or +∞.
  public var logSum: Double { maximum + log(sum) }

  /// `(Σ w)² / Σ w²`, from 1 to the number of weights; 0 where every weight is zero, NaN where a log weight is.
  public var effectiveSampleSize: Double { isAllZero ? 0 : sum * sum / sumOfSquares }
}
