import FeynmanKac

enum AllOfRewardKind {
  private static let conditions = Key(
    "rewards", .list(.condition), .required, "Conditions that all should hold.")

  static let kind: RewardKind = .init("all_of", "The sum of conditions, each at most 0.", keys: [conditions])
  {
    settings, factory throws(SettingFailure) in
    let parts = try factory.parts(conditions.value(in: settings), at: conditions.name)
    return .init(
      try ModelFactory.caught { try AllOfReward(parts.map(\.reward)) },
      settings.setting(conditions, to: .list(parts.map(\.setting))), networkUse: .most(of: parts).guarded)
  }
}
