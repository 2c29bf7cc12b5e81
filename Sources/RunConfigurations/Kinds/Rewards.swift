import FeynmanKac

typealias RewardKind = Kind<RewardFactory, RewardFactory.Product>

/// The rewards. A new one is a file, in the library where it is made of numbers alone and in `Rewards` where its
/// settings hold more, and a line here.
enum Rewards {
  static let registry = Registry<RewardFactory, RewardFactory.Product>(
    summary: "The reward.",
    kinds: [
      .init(LinearReward.kind),
      QuadraticRewardKind.kind,
      MeasurementRewardKind.kind,
      InpaintingRewardKind.kind,
      NetworkRewardKind.kind,
      ONNXRewardKind.kind,
      ProgramRewardKind.kind,
      FunctionRewardKind.kind,
      LogSigmoidRewardKind.kind,
      NearRewardKind.kind,
      AllOfRewardKind.kind,
      WeightedSumRewardKind.kind,
    ])

  /// The rewards that are never above 0: logarithms of probabilities.
  static let conditions = Registry<RewardFactory, RewardFactory.Product>(
    summary: "The condition.", kinds: [LogSigmoidRewardKind.kind, AllOfRewardKind.kind])
}

extension TypedShape where Value == Setting {
  /// A reward inside another.
  static var reward: Self { .any(.reference("reward") { .record(Rewards.registry.record) }) }

  /// A reward that is never above 0.
  static var condition: Self { .any(.reference("condition") { .record(Rewards.conditions.record) }) }
}
