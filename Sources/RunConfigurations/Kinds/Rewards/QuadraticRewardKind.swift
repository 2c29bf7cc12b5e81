import FeynmanKac

enum QuadraticRewardKind {
  private static let center = Key(
    "center", .list(.number(.any)), .required, "The top of r = −½ Σ precision (x − center)²; [d].")
  private static let precision = Key("precision", .numberOrList(.any), .required, "A number or [d].")

  static let kind: RewardKind = .init(
    "quadratic", "r = −½ Σ precision (x − center)².", keys: [center, precision]
  ) { settings, _ throws(SettingFailure) in
    let center = try center.value(in: settings)
    let precisions = try precision.value(in: settings).values(count: center.count)
    guard precisions.count == center.count else {
      throw SettingFailure(
        key: precision.name,
        problem:
          "has length \(precisions.count); center has length \(center.count), give a number or as many")
    }
    return .init(QuadraticReward(center: center, precision: precisions), settings)
  }
}
