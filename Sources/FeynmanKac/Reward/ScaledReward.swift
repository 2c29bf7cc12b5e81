/// `f r(x)` of a reward that takes no factor inside its expectation.
struct ScaledReward: Reward {
  let reward: any Reward
  /// `f`, no unit.
  let factor: Double

  var hasGradient: Bool { reward.hasGradient }
  var dimensions: Int? { reward.dimensions }
  var isClosedForm: Bool { reward.isClosedForm }
  var widens: Bool { reward.widens }
  func workspaceSize(rows: Int, dimensions: Int) -> Int {
    reward.workspaceSize(rows: rows, dimensions: dimensions)
  }
  func scaled(by factor: Double) -> any Reward { ScaledReward(reward: reward, factor: self.factor * factor) }

  func evaluate(_ batch: RewardBatch) throws {
    try reward.evaluate(batch)
    for row in 0..<batch.count {
      // 0 · −∞ would be NaN: what is switched off forbids nothing.
      batch.values[row] = factor == 0 ? 0 : factor * batch.values[row]
      if hasGradient { batch.scaleGradient(row, by: factor) }
    }
  }
}
