internal import CKernels
import Foundation

/// What the islands know besides their particles. Islands never exchange anything before the end.
struct IslandState {
  /// log Z in `y` coordinates up to the last resampling, in nats.
  var logNormalizer: Double
  /// Of the current weights; what the last step's report says is kept from before its resampling.
  var moments = WeightMoments()
  var reported = WeightMoments()
  var reportedLogNormalizer = 0.0
  var resampleCount = 0
  var didResample = false
  var uniqueAncestors: Int
  var control: ControlFit
  /// The step's mean and noise.
  var move = Move(affine: fk_affine(), offsetFactor: 0, variance: 0)
  /// Its reversal, for the ratio corrections.
  var reversal = Move(affine: fk_affine(), offsetFactor: 0, variance: 0)
  /// `b` times the offset factor of the move and of its reversal, `[d]`; nil without a linear control.
  let offsets: UnsafeMutablePointer<Float>?
  let reversalOffsets: UnsafeMutablePointer<Float>?
}

/// Sums over weights `w = exp(l − h)` that merge block by block.
struct WeightMoments {
  /// The highest log-weight `h`; −∞ where every weight is zero.
  var highest = -Double.infinity
  /// `Σw`, `Σw²`.
  var sum = 0.0
  var squareSum = 0.0
  /// `Σ wF`, `Σ wF²`, `Σ wg`, `Σ wFg` of the radial feature and the rate.
  var feature = 0.0
  var featureSquare = 0.0
  var rate = 0.0
  var featureRate = 0.0

  init() {}

  /// - Parameter values: seven sums as `fk_weight_moments` writes them.
  init(_ values: UnsafePointer<Double>) {
    highest = values[0]
    sum = values[1]
    squareSum = values[2]
    feature = values[3]
    featureSquare = values[4]
    rate = values[5]
    featureRate = values[6]
  }

  var effectiveSampleSize: Double { squareSum > 0 ? sum * sum / squareSum : 0 }

  /// Adds another set of weights on the same scale.
  mutating func merge(_ other: WeightMoments) {
    guard other.highest > -.infinity else { return }
    let top = max(highest, other.highest)
    let mine = highest > -.infinity ? exp(highest - top) : 0
    let theirs = exp(other.highest - top)
    highest = top
    sum = sum * mine + other.sum * theirs
    squareSum = squareSum * mine * mine + other.squareSum * theirs * theirs
    feature = feature * mine + other.feature * theirs
    featureSquare = featureSquare * mine + other.featureSquare * theirs
    rate = rate * mine + other.rate * theirs
    featureRate = featureRate * mine + other.featureRate * theirs
  }
}
