/// A function `r(x)` of the data that tilts a target by `e^r`.
///
/// Only values are required. A reward that knows its gradient also steers the particles; one that does not enters
/// by the weights alone.
public protocol Reward: Sendable {
  /// True where `evaluate` fills `batch.gradients`.
  var hasGradient: Bool { get }
  /// The length of the rows that the reward takes; nil for any.
  var dimensions: Int? { get }
  /// Fills `batch.values` and, with a gradient, `batch.gradients`, for rows of `x` in data coordinates.
  func evaluate(_ batch: RewardBatch) throws
}

/// The rows of one block, and where a reward writes its answer. Valid only during the call.
public struct RewardBatch {
  /// Number of rows.
  public let count: Int
  /// Length of a row.
  public let dimensions: Int
  /// `x`, row-major `[count, dimensions]`.
  public let states: UnsafePointer<Float>
  /// `r(x)` in nats, `[count]`.
  public let values: UnsafeMutablePointer<Double>
  /// `∇r(x)`, row-major `[count, dimensions]`.
  public let gradients: UnsafeMutablePointer<Float>
}
