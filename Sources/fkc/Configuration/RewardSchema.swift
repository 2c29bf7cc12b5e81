import FeynmanKac

/// The keys of rewards. A new kind is one more variant here and one more case in `RewardFactory`.
enum RewardSchema {
  /// What stands under `target.reward`: a reward, and how it enters the path.
  static let target: RecordShape = RecordShape(
    [
      SettingField(
        "at", .choice(["state", "denoised"]), .byDefault("state"),
        "Where along the path the reward is taken; the target is the same."),
      SettingField(
        "jacobian", .choice(RewardPoint.Jacobian.allCases.map(\.rawValue)), .optional,
        "For denoised, how the gradient is carried back to the state; isotropic by default."),
      SettingField(
        "data_standard_deviation", .number(.positive), .optional,
        "For denoised, s of the isotropic jacobian and of the variance that is left; the models' by default."),
      SettingField(
        "scale", .schedule(.any), .optional,
        "λ over the path; by default from 0 to 1 at the state, and 1 at the denoised point."),
    ],
    tag: .init(key: "kind", summary: "The reward.", variants: kinds))

  /// A reward inside another.
  private static let part: SettingShape = .reference("reward") {
    .record(RecordShape([], tag: .init(key: "kind", summary: "The reward.", variants: kinds)))
  }

  /// A reward that is never above 0.
  private static let condition: SettingShape = .reference("condition") {
    .record(
      RecordShape(
        [],
        tag: .init(
          key: "kind", summary: "The condition.",
          variants: [("log_sigmoid", logSigmoid), ("all_of", allOf)])))
  }

  private static let kinds: [(name: String, record: RecordShape)] = [
    (
      "linear",
      RecordShape([SettingField("coefficients", .list(.number(.any)), .required, "c of r = ⟨c, x⟩; [d].")])
    ),
    (
      "quadratic",
      RecordShape([
        SettingField(
          "center", .list(.number(.any)), .required, "The top of r = −½ Σ precision (x − center)²; [d]."),
        SettingField(
          "precision", .either([.number(.any), .list(.number(.any))]), .required, "A number or [d]."),
      ])
    ),
    ("measurement", measurement),
    (
      "inpainting",
      RecordShape([
        SettingField(
          "indices", .list(.wholeNumber(0...0x7FFF_FFFF)), .required, "The measured coordinates, from 0."),
        SettingField("values", .list(.number(.any)), .required, "What was measured, as many."),
        SettingField("standard_deviation", .number(.positive), .required, "σ of the measurement's noise."),
      ])
    ),
    ("network", network),
    ("log_sigmoid", logSigmoid),
    (
      "near",
      RecordShape([
        SettingField("of", part, .required, "f of r = −½ ((f(x) − value)/standard_deviation)²."),
        SettingField("value", .number(.any), .required, "The value of f that is asked for."),
        SettingField("standard_deviation", .number(.positive), .required, "How far from it counts as near."),
      ])
    ),
    ("all_of", allOf),
    (
      "weighted_sum",
      RecordShape([
        SettingField("rewards", .list(part), .required, "The parts."),
        SettingField("weights", .list(.number(.any)), .required, "What each is multiplied by, as many."),
      ])
    ),
  ]

  private static let measurement: RecordShape = RecordShape(
    [
      SettingField(
        "matrix", .list(.list(.number(.any))), .optional, "A of b = A x + noise; [measurements][d]."),
      SettingField("file", .path("the path of an NPY file"), .optional, "A as an array of two axes."),
      SettingField(
        "sha256", .text("64 hexadecimal digits"), .optional, "Of the file; a file that changed is refused."),
      SettingField("observation", .list(.number(.any)), .required, "b; [measurements]."),
      SettingField("standard_deviation", .number(.positive), .required, "σ of the measurement's noise."),
    ],
    groups: [.init(required: ["matrix"]), .init(required: ["file"], optional: ["sha256"])])

  private static let network: RecordShape = RecordShape(
    [
      SettingField(
        "file", .path("the path of a safetensors file"), .required,
        "A safetensors file of architecture regression."),
      SettingField(
        "sha256", .text("64 hexadecimal digits"), .optional, "Of the file; a file that changed is refused."),
      SettingField("output", .text("the name of an output"), .optional, "The output that is the reward."),
      SettingField(
        "coefficients", .list(.number(.any)), .optional, "What each output is multiplied by, in their order."),
    ],
    groups: [.init(required: ["output"]), .init(required: ["coefficients"])])

  private static let logSigmoid: RecordShape = RecordShape([
    SettingField("of", part, .required, "f of r = log σ((f(x) − center)/width)."),
    SettingField("center", .number(.any), .byDefault(0.0), "The f at which the probability is one half."),
    SettingField(
      "width", .number(.any), .byDefault(1.0),
      "How far from the center it takes to change; below 0 to ask for low values."),
  ])

  private static let allOf: RecordShape = RecordShape([
    SettingField("rewards", .list(condition), .required, "Conditions that all should hold.")
  ])
}
