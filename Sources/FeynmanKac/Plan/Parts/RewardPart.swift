/// What a reward needs of a run, by where it is asked and whether it has a gradient.
struct RewardPart: Part {
  let needs: Needs
  let refusals: [Refusal]

  /// - Parameter twist: What depends on the path of a reward at the denoised point; nil for one at the state.
  /// - Returns: Nil without a reward.
  init?(_ reward: (any Reward)?, _ twist: PlannedTwist?) {
    guard let reward else { return nil }
    var refusals: [Refusal] = []
    switch (twist, reward.hasGradient) {
    case (nil, true): needs = [.gradients, .curvature]
    case (nil, false): needs = .rewardDifference
    case (let twist?, let hasGradient):
      needs = hasGradient ? [.twists, .rewardDifference] : .rewardDifference
      if hasGradient, twist.jacobian == .finiteDifference {
        refusals.append(
          Refusal(
            .projection, "target.rewardPoint.jacobian",
            "`.finiteDifference` needs the composed scores as they are, which `guidance.projection` changes; use `.isotropic`"
          ))
      }
    }
    self.refusals = refusals
  }
}
