import FeynmanKac

/// A reward that is a function of the program that runs the config.
enum FunctionRewardKind {
  private static let gradient = Key(
    "gradient", .boolean, .byDefault(false),
    "The function answers the gradient too, which then also steers the particles.")

  static let kind: RewardKind = .init(
    "function", "A function of the program that runs the config, in C or Python; fkc has none.",
    keys: [FunctionKeys.name, FunctionKeys.identity, gradient]
  ) { settings, factory throws(SettingFailure) in
    let function = try function(settings, factory)
    let hasGradient = try gradient.value(in: settings)
    let reward = BatchReward(dimensions: factory.dimensions, hasGradient: hasGradient) { batch in
      try function(batch, hasGradient)
    }
    return .init(reward, settings)
  }

  private static func function(_ settings: Setting, _ factory: RewardFactory) throws(SettingFailure)
    -> HostFunctions.Reward
  {
    let name = try FunctionKeys.name.value(in: settings)
    if factory.files.lacksFunctions {
      factory.notes.unchecked.append("\(FunctionMissing(name: name)).")
      return { _, _ in throw FunctionMissing(name: name) }
    }
    return try HostFunctions.named(
      name, among: factory.files.functions.rewards, sort: "reward", key: FunctionKeys.name.name)
  }
}
