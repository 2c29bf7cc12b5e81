import FeynmanKac

enum NearRewardKind {
  private static let inner = Key(
    "of", .reward, .required, "f of r = −½ ((f(x) − value)/standard_deviation)².")
  private static let value = Key("value", .number(.any), .required, "The value of f that is asked for.")
  private static let deviation = Key(
    "standard_deviation", .number(.positive), .required, "How far from it counts as near.")

  static let kind: RewardKind = .init(
    "near", "r = −½ ((f(x) − value)/standard_deviation)²: f should be near the value.",
    keys: [inner, value, deviation]
  ) { settings, factory throws(SettingFailure) in
    let part = try factory.part(inner.value(in: settings), at: inner.name)
    let value = try value.value(in: settings)
    let deviation = try deviation.value(in: settings)
    return .init(
      NearReward(part.reward, value: value, standardDeviation: deviation),
      settings.setting(inner, to: part.setting), networkUse: part.networkUse.guarded)
  }
}
