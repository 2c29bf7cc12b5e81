import FeynmanKac

/// How a reward enters the path: the keys of `target.reward` beside those of its kind.
enum RewardKeys {
  /// Where along the path a reward is taken.
  enum Place: String, DescribedChoice {
    case ahead, denoised, state

    var summary: String {
      switch self {
      case .ahead:
        "Where the path is expected to end, with what is unknown of it: exact weights, and mild however steep the reward."
      case .state: "The particle as it is, noise and all."
      case .denoised: "What the models expect of the data, given the particle."
      }
    }
  }

  private static let place = Key(
    "at", .choice, .byDefault(Place.ahead),
    "Where along the path the reward is taken; the target is the same.", property: "../rewardPoint")
  private static let jacobian = OptionalKey<RewardPoint.Jacobian>(
    "jacobian", .choice,
    "For ahead and denoised, how the gradient is carried back to the state; isotropic by default.",
    property: "../rewardPoint.jacobian")
  private static let dataStandardDeviation = OptionalKey(
    "data_standard_deviation", .number(.positive),
    "For ahead and denoised, s of the isotropic jacobian and of the variance that is left; the models' by default.",
    property: "../rewardPoint.dataStandardDeviation")
  private static let scale = OptionalKey(
    "scale", .schedule(.any),
    "λ over the path; by default from 0 to 1 at the state, and 1 elsewhere.",
    property: "../rewardScale")

  /// A reward of any kind with these keys.
  static let record = RecordShape(
    keys: [place, jacobian, dataStandardDeviation, scale], tag: Rewards.registry.tag)

  /// The keys that were given and say nothing where the reward is taken.
  static func idle(_ settings: Setting) -> [String] {
    guard settings[place]?.text == Place.state.rawValue else { return [] }
    let keys: [any AnyKey] = [jacobian, dataStandardDeviation]
    return keys.filter { settings[$0] != nil }.map(\.name)
  }

  static func isAtState(_ settings: Setting) -> Bool { settings[place]?.text == Place.state.rawValue }

  /// The target with a reward as the settings say.
  static func tilt(_ target: Target, by reward: any Reward, _ settings: Setting) throws(SettingFailure)
    -> Target
  {
    let point: RewardPoint =
      switch try place.value(in: settings) {
      case .state: .state
      case .ahead:
        .ahead(
          jacobian: jacobian.value(in: settings) ?? .isotropic,
          dataStandardDeviation: dataStandardDeviation.value(in: settings))
      case .denoised:
        .denoised(
          jacobian: jacobian.value(in: settings) ?? .isotropic,
          dataStandardDeviation: dataStandardDeviation.value(in: settings))
      }
    return target.tilted(by: reward, at: point, scale: scale.value(in: settings))
  }
}
