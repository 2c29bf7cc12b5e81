/// Logical AND: the log-probability that all of several conditions hold, `r(x) = Σ rₖ(x)` of log-probabilities `rₖ ≤ 0`.
///
/// Where one condition fails, no other can make up for it. Conditions are `LogSigmoidReward`s, or again AND of such.
public struct AllOfReward: Reward {
  private let sum: WeightedSumReward

  /// - Parameter conditions: Rewards that are never above 0, at least one, all for rows of one length.
  /// - Throws: `SetupError` naming `rewards`.
  public init(_ conditions: [any Reward]) throws(SetupError) {
    sum = try WeightedSumReward(conditions, weights: Array(repeating: 1, count: conditions.count))
  }

  /// The conditions.
  public var rewards: [any Reward] { sum.rewards }
  /// True where all conditions have a gradient.
  public var hasGradient: Bool { sum.hasGradient }
  /// True where all conditions are in closed form.
  public var isClosedForm: Bool { sum.isClosedForm }
  /// True where all conditions leave the tails.
  public var leavesTails: Bool { rewards.allSatisfy(\.leavesTails) }
  /// The length of rows that the conditions take; nil for any.
  public var dimensions: Int? { sum.dimensions }
  /// The length of rows that the conditions take; nil for any.
  public func workspaceSize(rows: Int, dimensions: Int) -> Int {
    sum.workspaceSize(rows: rows, dimensions: dimensions)
  }
  /// True where all conditions widen.
  public var widens: Bool { sum.widens }
  /// The conditions times the factor.
  public func scaled(by factor: Double) -> any Reward { sum.scaled(by: factor) }
  /// Writes the sum of the conditions and of their gradients.
  public func evaluate(_ batch: RewardBatch) throws { try sum.evaluate(batch) }
}
