/// What a run does with its guided pair, its terms by their indices.
struct PlannedGuidance: Sendable {
  let unconditional: Int
  let conditional: Int
  let scale: Schedule
  let projection: GuidanceProjection?
  let alignmentThreshold: Double?

  /// - Returns: nil where nothing beyond the composition is asked for, or the scale is 1 throughout and one branch is all.
  /// - Throws: `SetupError` naming the setting that cannot work.
  init?(_ target: Target, terms: [RunPlan.PlannedTerm]) throws {
    guard let guidance = target.guidance else { return nil }
    scale = guidance.scale
    projection = guidance.projection
    alignmentThreshold = guidance.alignmentThreshold
    guard projection != nil || alignmentThreshold != nil, scale != .constant(1) else { return nil }
    guard guidance.unconditional != guidance.conditional else {
      throw SetupError(
        "target.guided",
        "both branches are model '\(guidance.conditional)'; projection and alignment_threshold compare two models"
      )
    }
    guard let first = terms.firstIndex(where: { $0.name == guidance.unconditional }),
      let second = terms.firstIndex(where: { $0.name == guidance.conditional })
    else {
      throw SetupError(
        "target.guided.scale",
        "a scale of \(guidance.scale.from) leaves one branch out, which projection and alignment_threshold compare; "
          + "give another scale")
    }
    unconditional = first
    conditional = second
  }
}

extension RunPlan {
  var usesProjection: Bool { guidance?.projection != nil }
  var usesAlignment: Bool { guidance?.alignmentThreshold != nil }
  /// The running average of the branches' difference must be stored with every particle.
  var usesMomentum: Bool { (guidance?.projection?.momentum ?? 0) != 0 }

  func checkGuidance() throws {
    if let projection = guidance?.projection { try check(projection) }
    guard let threshold = guidance?.alignmentThreshold else { return }
    let setting = "target.guided.alignment_threshold"
    guard (0...1).contains(threshold) else {
      throw SetupError(setting, "\(threshold); give a number from 0 to 1")
    }
    guard correction != .densityRatio else {
      throw SetupError(
        setting,
        "density-ratio would weigh for the conditional model alone once the other is asked no more; "
          + "use feynman-kac or kernel-ratio")
    }
    guard !hasMovingExponents else {
      throw SetupError(
        setting, "exponents that move need both branches along the whole path; give constant numbers")
    }
  }

  private func check(_ projection: GuidanceProjection) throws {
    let setting = "target.guided.projection"
    guard projection.parallel.isFinite else {
      throw SetupError("\(setting).parallel", "\(projection.parallel); give a finite number")
    }
    if let norm = projection.normThreshold, !(norm > 0 && norm.isFinite) {
      throw SetupError("\(setting).norm_threshold", "\(norm); give a number above 0")
    }
    guard projection.momentum > -1, projection.momentum < 1 else {
      throw SetupError("\(setting).momentum", "\(projection.momentum); give a number between -1 and 1")
    }
    guard correction != .feynmanKac else {
      throw SetupError(
        setting,
        "feynman-kac needs the divergence of the drift, which projection makes unknown; use correction: kernel-ratio "
          + "with sampler.control: none, whose weights hold for any drift, or correction: none")
    }
    guard control == .none else {
      throw SetupError(
        "sampler.control",
        "\(control.rawValue) fits the rate of feynman-kac, which guided.projection leaves unknown; use none")
    }
    guard !usesTwists || twist?.jacobian != .finiteDifference else {
      throw SetupError(
        "target.reward.jacobian",
        "finite-difference needs the composed scores as they are, which guided.projection changes; use isotropic"
      )
    }
    guard scheme != .heun else {
      throw SetupError(
        "sampler.scheme", "heun has two drifts a step, guided.projection has one; use exponential-multistep")
    }
  }
}
