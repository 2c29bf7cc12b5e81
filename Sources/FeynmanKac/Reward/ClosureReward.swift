/// A reward written as a closure on one row, with or without its gradient.
public struct ClosureReward: Reward {
  /// True where the closure writes the gradient.
  public let hasGradient: Bool
  /// The length of the rows that it takes; nil for any.
  public let dimensions: Int?
  private let body: @Sendable (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Double

  /// A reward without gradient: it enters by the weights alone.
  ///
  /// - Parameters:
  ///   - dimensions: The length of the rows that it takes; nil for any.
  ///   - value: `r(x)` in nats of one row of length `d`.
  public init(dimensions: Int? = nil, value: @escaping @Sendable (UnsafeBufferPointer<Float>) -> Double) {
    self.dimensions = dimensions
    hasGradient = false
    body = { row, _ in value(row) }
  }

  /// A reward with its gradient, which also steers the particles.
  ///
  /// - Parameters:
  ///   - dimensions: The length of the rows that it takes; nil for any.
  ///   - valueAndGradient: returns `r(x)` in nats of one row and writes `∇r(x)` into its second argument.
  public init(
    dimensions: Int? = nil,
    valueAndGradient:
      @escaping @Sendable (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Double
  ) {
    self.dimensions = dimensions
    hasGradient = true
    body = valueAndGradient
  }

  /// Asks the closures row by row.
  public func evaluate(_ batch: RewardBatch) {
    for row in 0..<batch.count {
      let start = row * batch.dimensions
      batch.values[row] = body(
        UnsafeBufferPointer(start: batch.states + start, count: batch.dimensions),
        UnsafeMutableBufferPointer(start: batch.gradients + start, count: batch.dimensions))
    }
  }
}
