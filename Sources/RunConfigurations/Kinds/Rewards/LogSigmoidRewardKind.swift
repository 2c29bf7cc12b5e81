import FeynmanKac

enum LogSigmoidRewardKind {
  private static let standard = LogSigmoidReward(of: LinearReward(coefficients: [1]))
  private static let inner = Key("of", .reward, .required, "f of r = log σ((f(x) − center)/width).")
  private static let center = Key(
    "center", .number(.any), .byDefault(standard.center), "The f at which the probability is one half.")
  private static let width = Key(
    "width", .number(.any), .byDefault(standard.width),
    "How far from the center it takes to change; below 0 to ask for low values.")

  static let kind: RewardKind = .init(
    "log_sigmoid", "r = log σ((f(x) − center)/width): f should be above the center.",
    keys: [inner, center, width]
  ) { settings, factory throws(SettingFailure) in
    let part = try factory.part(inner.value(in: settings), at: inner.name)
    let center = try center.value(in: settings)
    let width = try width.value(in: settings)
    guard width != 0 else {
      throw SettingFailure(
        key: LogSigmoidRewardKind.width.name, problem: "found 0; give a number other than 0")
    }
    return .init(
      LogSigmoidReward(of: part.reward, center: center, width: width),
      settings.setting(inner, to: part.setting), networkUse: part.networkUse.guarded)
  }
}
