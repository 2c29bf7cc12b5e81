import FeynmanKac

enum InpaintingRewardKind {
  private static let indices = Key(
    "indices", .list(.count(0...0x7FFF_FFFF)), .required, "The measured coordinates, from 0.")
  private static let values = Key("values", .list(.number(.any)), .required, "What was measured, as many.")
  private static let deviation = Key(
    "standard_deviation", .number(.positive), .required, "σ of the measurement's noise.")

  static let kind: RewardKind = .init(
    "inpainting", "The log-likelihood of some coordinates, measured with Gaussian noise.",
    keys: [indices, values, deviation]
  ) { settings, factory throws(SettingFailure) in
    let dimensions = try factory.dimensionsOfModels()
    let indices = try indices.value(in: settings)
    let values = try values.value(in: settings)
    let deviation = try deviation.value(in: settings)
    return .init(
      try ModelFactory.caught {
        try InpaintingReward(
          indices: indices, values: values, standardDeviation: deviation, dimensions: dimensions)
      }, settings)
  }
}
