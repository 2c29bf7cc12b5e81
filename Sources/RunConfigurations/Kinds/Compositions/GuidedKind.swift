import FeynmanKac

enum GuidedKind {
  private static let unconditional = Key("unconditional", .modelName, .required, "A name under models.")
  private static let conditional = Key("conditional", .modelName, .required, "A name under models.")
  private static let scale = Key("scale", .schedule(.any), .required, "w of q_u^(1−w) q_c^w.")
  private static let projection = OptionalKey(
    "projection", .record(RecordShape(keys: [parallel, normThreshold, momentum])),
    "Adaptive projected guidance; not with feynman-kac.")
  private static let alignmentThreshold = OptionalKey(
    "alignment_threshold", .number(.fraction),
    "The mean cosine of both branches' scores; once it rises above, an island asks the unconditional one no more."
  )

  static let kind: CompositionKind = .init(
    "guided", "Classifier-free guidance as a geometric average.",
    .record(RecordShape(keys: [unconditional, conditional, scale, projection, alignmentThreshold])),
    property: "guidance"
  ) { settings throws(SettingFailure) in
    let guidance = Target.Guidance(
      unconditional: try unconditional.value(in: settings), conditional: try conditional.value(in: settings),
      scale: try scale.value(in: settings), projection: try projected(projection.value(in: settings)),
      alignmentThreshold: alignmentThreshold.value(in: settings))
    let rest = Schedule(from: 1 - guidance.scale.from, to: 1 - guidance.scale.to)
    return Composition(
      parts: [
        .init(model: guidance.unconditional, exponent: rest, place: unconditional.name),
        .init(model: guidance.conditional, exponent: guidance.scale, place: conditional.name),
      ], guidance: guidance)
  }

  // MARK: - Projection

  private static let standard = GuidanceProjection()
  private static let parallel = Key(
    "parallel", .number(.any), .byDefault(standard.parallel),
    "η, what is kept of guidance along the conditional denoised point.")
  private static let normThreshold = OptionalKey(
    "norm_threshold", .number(.positive),
    "r, the longest that the branches' difference may be, in data units; none where absent.")
  private static let momentum = Key(
    "momentum", .number(NumberRange(lower: -1, isLowerOpen: true, upper: 1)), .byDefault(standard.momentum),
    "β of the difference's running average, below 1.")

  private static func projected(_ settings: Setting?) throws(SettingFailure) -> GuidanceProjection? {
    guard let settings else { return nil }
    return GuidanceProjection(
      parallel: try parallel.value(in: settings), normThreshold: normThreshold.value(in: settings),
      momentum: try momentum.value(in: settings))
  }
}
