import FeynmanKac

enum LinearRewardKind {
  private static let coefficients = Key(
    "coefficients", .list(.number(.any)), .required, "c of r = ⟨c, x⟩; [d].")

  static let kind: RewardKind = .init("linear", "r = ⟨c, x⟩.", keys: [coefficients]) {
    settings, _ throws(SettingFailure) in
    .init(LinearReward(coefficients: try coefficients.value(in: settings)), settings)
  }
}
