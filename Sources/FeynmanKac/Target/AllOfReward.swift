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
  public var hasGradient: Bool { sum.hasGradient }
  public var isClosedForm: Bool { sum.isClosedForm }
  public var leavesTails: Bool { rewards.allSatisfy(\.leavesTails) }
  public var dimensions: Int? { sum.dimensions }
  public func workspaceSize(rows: Int, dimensions: Int) -> Int {
    sum.workspaceSize(rows: rows, dimensions: dimensions)
  }
  public func evaluate(_ batch: RewardBatch) throws { try sum.evaluate(batch) }
}
