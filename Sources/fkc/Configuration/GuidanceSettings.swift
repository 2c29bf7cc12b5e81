import FeynmanKac

/// What `guided` may hold beyond its models and their scale.
enum GuidanceSettings {
  static let fields = [
    SettingField(
      "projection",
      .record(
        RecordShape([
          SettingField(
            "parallel", .number(.any), .byDefault(0.0),
            "η, what is kept of guidance along the conditional denoised point."),
          SettingField(
            "norm_threshold", .number(.positive), .optional,
            "r, the longest that the branches' difference may be, in data units; none where absent."),
          SettingField(
            "momentum", .number(NumberRange(lower: -1, isLowerOpen: true, upper: 1)), .byDefault(-0.5),
            "β of the difference's running average, below 1."),
        ])), .optional, "Adaptive projected guidance; not with feynman-kac."),
    SettingField(
      "alignment_threshold", .number(.fraction), .optional,
      "The mean cosine of both branches' scores; once it rises above, an island asks the unconditional one no more."
    ),
  ]

  /// - Parameter guided: A checked mapping.
  static func guidance(_ guided: Setting) -> Target.Guidance? {
    guard let unconditional = guided["unconditional"]?.text, let conditional = guided["conditional"]?.text,
      let scale = Schedule(guided["scale"])
    else { return nil }
    return Target.Guidance(
      unconditional: unconditional, conditional: conditional, scale: scale,
      projection: guided["projection"].map(projection),
      alignmentThreshold: guided["alignment_threshold"]?.number)
  }

  private static func projection(_ setting: Setting) -> GuidanceProjection {
    var projection = GuidanceProjection(normThreshold: setting["norm_threshold"]?.number)
    if let parallel = setting["parallel"]?.number { projection.parallel = parallel }
    if let momentum = setting["momentum"]?.number { projection.momentum = momentum }
    return projection
  }
}
