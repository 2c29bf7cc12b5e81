/// `r(x) = Σ wₖ rₖ(x)`: the product of the tilts, each to its power.
public struct WeightedSumReward: Reward {
  /// `rₖ`.
  public private(set) var rewards: [any Reward]
  /// `wₖ`, as many.
  public private(set) var weights: [Double]
  /// True where every part has one: half of a gradient would steer against what it does not know.
  public let hasGradient: Bool
  // Stored, as the above: parts ask their own parts, and asking twice at every level is asking 2ⁿ times.
  /// The length of rows that the rewards take; nil for any.
  public let dimensions: Int?

  /// - Parameters:
  ///   - rewards: `rₖ`, at least one, all for rows of one length.
  ///   - weights: `wₖ`, as many.
  /// - Throws: `SetupError` naming `weights` or `rewards` where their numbers or lengths differ.
  public init(_ rewards: [any Reward], weights: [Double]) throws(SetupError) {
    guard !rewards.isEmpty else { throw SetupError("rewards", "empty; give at least one") }
    guard weights.count == rewards.count else {
      throw SetupError(
        "weights", "has length \(weights.count); there are \(rewards.count) rewards, give as many")
    }
    let stated = rewards.compactMap(\.dimensions)
    if let other = stated.first(where: { $0 != stated[0] }) {
      throw SetupError(
        "rewards", "one has \(stated[0]) dimensions, another \(other); give rewards of one dimension")
    }
    self.rewards = rewards
    self.weights = weights
    hasGradient = rewards.allSatisfy(\.hasGradient)
    dimensions = stated.first
  }

  /// True where all rewards are in closed form.
  public var isClosedForm: Bool { rewards.allSatisfy(\.isClosedForm) }
  /// True where all rewards widen.
  public var widens: Bool { rewards.allSatisfy(\.widens) }
  /// The sum of the rewards, each with its weight and the factor inside its own expectation.
  public func scaled(by factor: Double) -> any Reward {
    let used = zip(rewards, weights).filter { $0.1 * factor != 0 }
    guard !used.isEmpty else { return ScaledReward(reward: self, factor: factor) }
    var sum = self
    sum.rewards = used.map { $0.0.scaled(by: $0.1 * factor) }
    sum.weights = Array(repeating: 1, count: used.count)
    return sum
  }
  /// The parts' sums, in double, then their gradients, then what one part needs.
  public func workspaceSize(rows: Int, dimensions: Int) -> Int {
    Self.padded(2 * rows) + Self.padded(rows * dimensions)
      + (rewards.map { $0.workspaceSize(rows: rows, dimensions: dimensions) }.max() ?? 0)
  }

  /// Writes the weighted sum of the rewards and of their gradients.
  public func evaluate(_ batch: RewardBatch) throws {
    let length = batch.count * batch.dimensions
    let base = batch.workspace.baseAddress!
    let values = UnsafeMutableRawPointer(base).bindMemory(to: Double.self, capacity: batch.count)
    let gradients = base + Self.padded(2 * batch.count)
    let used = Self.padded(2 * batch.count) + Self.padded(length)
    values.update(repeating: 0, count: batch.count)
    gradients.update(repeating: 0, count: length)
    var part = batch
    part.workspace = UnsafeMutableBufferPointer(rebasing: batch.workspace[used...])
    for (weight, reward) in zip(weights, rewards) where weight != 0 {
      try reward.evaluate(part)
      for row in 0..<batch.count { values[row] += weight * batch.values[row] }
      guard hasGradient else { continue }
      let factor = Float(weight)
      for i in 0..<length { gradients[i] += factor * batch.gradients[i] }
    }
    batch.values.update(from: values, count: batch.count)
    batch.gradients.update(from: gradients, count: length)
  }

  /// Whole cache lines.
  private static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
