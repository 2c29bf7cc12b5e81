/// A reward written as a closure on a batch of rows, with or without its gradient.
public struct BatchReward: Reward {
  /// Fills `batch.values`, and `batch.gradients` of a reward that has them.
  public typealias Body = @Sendable (_ batch: RewardBatch) throws -> Void

  /// True where the closure writes the gradients.
  public let hasGradient: Bool
  /// The length of the rows that it takes; nil for any.
  public let dimensions: Int?
  private let body: Body

  /// - Parameters:
  ///   - dimensions: The length of the rows that it takes; nil for any.
  ///   - hasGradient: Whether the closure writes the gradients, which also steer the particles; without, the reward enters
  ///     by the weights alone.
  ///   - body: The closure, which is called on several threads at once; what it throws ends the run.
  public init(dimensions: Int? = nil, hasGradient: Bool, body: @escaping Body) {
    self.dimensions = dimensions
    self.hasGradient = hasGradient
    self.body = body
  }

  /// Asks the closure.
  ///
  /// - Throws: what the closure throws.
  public func evaluate(_ batch: RewardBatch) throws { try body(batch) }
}
