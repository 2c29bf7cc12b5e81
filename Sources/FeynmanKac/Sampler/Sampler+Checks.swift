// What can be refused before a plan is made.

extension Sampler {
  /// Refuses what a pilot and a run of twice the step length cannot work with.
  ///
  /// - Throws: `SetupError` with the setting at fault.
  func checkAutomatic() throws {
    guard tolerance > 0, tolerance.isFinite else {
      throw SetupError("sampler.tolerance", "\(tolerance); give a number above 0")
    }
    let users = [
      ("sampler.steps", ".automatic", choosesSteps), ("sampler.steps.grid", ".automatic", choosesGrid),
      ("sampler.noiseScale", ".automatic", noiseScale == .automatic),
      ("sampler.stepSizeError", ".doubling()", isDoubling),
    ]
    guard let (setting, value, _) = users.first(where: \.2) else { return }
    let orValue = value == ".automatic" ? " or give a value" : ""
    guard correction.rule.followsSchemeOrder else {
      throw SetupError(
        setting,
        "`\(value)` compares the `.feynmanKac` weights of two step lengths, found `correction: \(correction.constant)`; use "
          + "`.feynmanKac`\(orValue)")
    }
    guard !guidanceDependsOnSteps else {
      throw SetupError(
        setting,
        "`\(value)` compares two step lengths, on which `momentum` and `alignmentThreshold` of a guided target depend; "
          + "leave them out\(orValue)")
    }
    guard trajectory == nil || !choosesSteps else {
      throw SetupError(
        "sampler.trajectory",
        "its file is laid out before a pilot has chosen `sampler.steps`; give a number of steps")
    }
    guard isDoubling else { return }
    if case .doubling(1) = stepSizeError, islandExchange != nil {
      throw SetupError(
        "sampler.stepSizeError",
        "`.doubling()` of all particles compares islands one by one, which `islandExchange` replaces; give a `share` below 1"
      )
    }
    if case .doubling(let share) = stepSizeError, !(share > 0 && share <= 1) {
      throw SetupError("sampler.stepSizeError", "a share of \(share); give a number above 0 up to 1")
    }
    if let number = steps.number, number < 2 {
      throw SetupError("sampler.stepSizeError", "`.doubling()` needs `steps` of 2 or more, found \(number)")
    }
  }

  private var isDoubling: Bool {
    if case .doubling = stepSizeError { true } else { false }
  }

  private var guidanceDependsOnSteps: Bool {
    guard let guidance = target.guidance else { return false }
    return guidance.alignmentThreshold != nil || guidance.projection?.momentum ?? 0 != 0
  }

  /// How many particles tell the step-size error: all of the run itself, fewer beside it, or nil for none.
  func pairParticles(of particles: Int) -> Int? {
    switch stepSizeError {
    case .none: return nil
    case .doubling(let share): return max(1, Int(clamping: (share * Double(particles)).rounded()))
    case .automatic:
      let count = Int(clamping: StepSizeError.automaticShare * Double(particles))
      let canTell =
        correction.rule.followsSchemeOrder && !guidanceDependsOnSteps && steps.number ?? 2 >= 2
      return canTell && count >= StepSizeError.leastParticles ? count : nil
    }
  }
}

extension Sampler {
  /// Refuses what is far too large before anything is laid out for it, a plan included; all later sums of bytes and rows
  /// then fit.
  ///
  /// - Throws: `SetupError` at the setting that takes most of it.
  func checkExtent(particles: Int, islands: Int) throws {
    if islands == 1 { try islandExchange?.check(islands: 1, carriesWeights: true) }
    let dimensions = target.terms.first?.model.dimensions ?? 1
    let steps = self.steps.number ?? Pilot.maximumSteps
    // What is wrong with these is said elsewhere.
    guard particles > 0, islands > 0, dimensions > 0, steps > 0 else { return }
    guard particles.multipliedSaturating(by: steps) <= Self.mostParticleSteps else {
      throw SetupError(
        "particles",
        "\(particles) particles and \(steps) steps are more than the \(Self.mostParticleSteps) particle steps that can be "
          + "counted; take fewer")
    }
    // States and scores, log-weights, ancestors and what resampling takes, and of a block its normals and inputs.
    let columns = dimensions.multipliedSaturating(by: 8).addingSaturating(40)
    let block = dimensions.multipliedSaturating(by: 8 * min(64, particles))
    let square = dimensions.addingSaturating(3)
    let products =
      control == .linear ? square.multipliedSaturating(by: square).multipliedSaturating(by: 8) : 0
    let ofParticles = particles.multipliedSaturating(by: columns).addingSaturating(block)
      .addingSaturating(products)
    let ofSteps = steps.multipliedSaturating(by: RunPlan.bytesPerStep(terms: target.terms.count))
    let ofIslands = islands.multipliedSaturating(
      by: MemoryLayout<IslandState>.stride + MemoryLayout<DiffusionIsland>.stride
        + MemoryLayout<FoldStep>.stride)
    let bytes = ofParticles.addingSaturating(ofSteps).addingSaturating(ofIslands)
    // Who has that much need not be asked, which takes longer than a small run.
    guard bytes > Self.certainBytes else { return }
    let allowance = MemoryAllowance.least()
    guard bytes > allowance?.bytes ?? 1 << 46 else { return }
    let (setting, cause) =
      ofParticles >= max(ofSteps, ofIslands)
      ? ("particles", "\(particles) particles of \(dimensions) dimensions")
      : ofSteps >= ofIslands ? ("sampler.steps", "\(steps) steps") : ("islands", "\(islands) islands")
    throw SetupError(
      setting,
      "\(cause) take at least \(MemoryAllowance.text(bytes)) of memory, but "
        + (allowance?.sentence ?? "no machine has so much") + "; take fewer")
  }

  private static let certainBytes = 16 << 20

  /// Above it figures of evaluations would not be whole numbers in a summary.
  static let mostParticleSteps = 1 << 53
}

extension RunPlan {
  /// What the path, the terms and the trace hold of one step.
  static func bytesPerStep(terms: Int) -> Int {
    // Levels, times, signals, their slopes and progress; sums of exponents, what a reward has, and two passing lists.
    12 * MemoryLayout<Double>.stride
      + terms * (MemoryLayout<NoisePoint>.stride + MemoryLayout<Double>.stride)
      + MemoryLayout<StepReport>.stride
  }
}
