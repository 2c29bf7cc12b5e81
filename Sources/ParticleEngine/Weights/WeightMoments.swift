internal import CKernels
import Libc

/// Sums over weights `w = exp(l − h)` that merge block by block, and with them the radial feature `F` and the rate `g`.
///
/// Blocks are summed in parallel and merged in their order, so that the sums don't depend on the number of threads.
public struct WeightMoments: Sendable, BitwiseCopyable {
  /// The highest log-weight `h`, in nats; −∞ where every weight is zero and for no weights at all.
  public private(set) var highest = -Double.infinity
  /// `Σw`, from 1 to the number of weights; 0 where every weight is zero.
  public private(set) var sum = 0.0
  /// `Σw²`, likewise.
  public private(set) var squareSum = 0.0
  /// `Σ wF`, `Σ wF²`, `Σ wg`, `Σ wFg`; 0 where no features were given.
  package private(set) var feature = 0.0
  package private(set) var featureSquare = 0.0
  package private(set) var rate = 0.0
  package private(set) var featureRate = 0.0

  /// The moments of no weights, to start a merge from.
  public init() {}

  /// The moments of log-weights in nats, none NaN or +∞.
  package init(of logWeights: UnsafeBufferPointer<Double>) {
    guard let start = logWeights.baseAddress else { return }
    self = withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.sumCount) { sums in
      fk_weight_moments(logWeights.count, start, nil, nil, sums.baseAddress!)
      return WeightMoments(sums.baseAddress!)
    }
  }

  /// How many numbers the sums of a block are.
  public static let sumCount = 7

  /// Writes the sums of log-weights in nats, none NaN or +∞, for `init` to read.
  package static func write(of logWeights: Rows<Double>, into sums: Rows<Double>) {
    fk_weight_moments(logWeights.values, logWeights.base, nil, nil, sums.base)
  }

  /// - Parameter sums: `sumCount` numbers as `fk_weight_moments` writes them.
  package init(_ sums: UnsafePointer<Double>) {
    highest = sums[0]
    sum = sums[1]
    squareSum = sums[2]
    feature = sums[3]
    featureSquare = sums[4]
    rate = sums[5]
    featureRate = sums[6]
  }

  /// `log Σ e^l`, in nats.
  public var logSum: Double { highest + log(sum) }

  /// `log (1/n Σ e^l)` of `count` particles, in nats.
  package func logMean(of count: Int) -> Double { highest + log(sum / Double(count)) }

  /// `(Σ w)² / Σ w²`, from 1 to the number of weights; 0 where every weight is zero.
  public var effectiveSampleSize: Double { squareSum > 0 ? sum * sum / squareSum : 0 }

  /// Writes `Wᵢ = wᵢ / Σw` of `count` of the log-weights that were summed.
  package func normalize(
    _ logWeights: UnsafePointer<Double>, _ count: Int, into weights: UnsafeMutablePointer<Double>
  ) {
    fk_normalize_weights(count, logWeights, logSum, weights)
  }

  /// Multiplies every weight by `e^shift`.
  package mutating func scale(byLog shift: Double) { highest += shift }

  /// Adds another set of weights on the same scale.
  public mutating func merge(_ other: WeightMoments) {
    guard other.highest > -.infinity else { return }
    // The higher of the two keeps its scale: one exponential a merge.
    let rises = other.highest > highest
    let mine = rises ? exp(highest - other.highest) : 1
    let theirs = rises ? 1 : exp(other.highest - highest)
    highest = max(highest, other.highest)
    sum = sum * mine + other.sum * theirs
    squareSum = squareSum * mine * mine + other.squareSum * theirs * theirs
    feature = feature * mine + other.feature * theirs
    featureSquare = featureSquare * mine + other.featureSquare * theirs
    rate = rate * mine + other.rate * theirs
    featureRate = featureRate * mine + other.featureRate * theirs
  }
}
