import FeynmanKac

enum WeightedSumRewardKind {
  private static let rewards = Key("rewards", .list(.reward), .required, "The parts.")
  private static let weights = Key(
    "weights", .list(.number(.any)), .required, "What each is multiplied by, as many.")

  static let kind: RewardKind = .init("weighted_sum", "Σ weight · reward.", keys: [rewards, weights]) {
    settings, factory throws(SettingFailure) in
    let weights = try weights.value(in: settings)
    let parts = try factory.parts(rewards.value(in: settings), at: rewards.name)
    return .init(
      try ModelFactory.caught { try WeightedSumReward(parts.map(\.reward), weights: weights) },
      settings.setting(rewards, to: .list(parts.map(\.setting))), networkUse: .most(of: parts))
  }
}
