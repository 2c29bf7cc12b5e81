// What cannot work, found before the first step.

extension RunPlan {
  /// The first model, once all are known to have its shape.
  static func checkedModel(of target: Target) throws -> any ScoreModel {
    guard let first = target.terms.first else {
      throw SetupError("target", "no model; name at least one")
    }
    for term in target.terms {
      guard term.model.dimensions == first.model.dimensions else {
        throw SetupError(
          "target",
          "model '\(term.name)' has \(term.model.dimensions) dimensions, '\(first.name)' has "
            + "\(first.model.dimensions); give models of one dimension")
      }
      guard term.model.atoms == first.model.atoms else {
        throw SetupError(
          "target", "models '\(first.name)' and '\(term.name)' differ in atoms; give all the same or none")
      }
      if let atoms = term.model.atoms, atoms < 2 || 3 * atoms != term.model.dimensions {
        throw SetupError(
          "\(target.place(of: term.name)).model.atoms",
          "\(atoms) atoms do not make \(term.model.dimensions) dimensions; give d/3, at least 2")
      }
      for exponent in [term.exponent.from, term.exponent.to] where !exponent.isFinite {
        throw SetupError("target", "the exponent of '\(term.name)' is \(exponent); give a finite number")
      }
    }
    if let wanted = target.reward?.dimensions, wanted != first.model.dimensions {
      throw SetupError(
        "target.reward",
        "the reward has \(wanted) dimensions, the models have \(first.model.dimensions); give the same")
    }
    return first.model
  }

  /// The most numbers of one array. No machine holds as many; what is computed of sizes below it cannot overflow.
  static let mostNumbers = 1 << 40
  /// What an island has of its own takes memory, and its number must fit the streams' keys.
  private static let mostIslands = 1_000_000

  static func checkSize(of sampler: Sampler, particles: Int, islands: Int, dimensions: Int) throws {
    guard islands <= mostIslands else {
      throw SetupError("islands", "\(islands) islands; give at most \(mostIslands)")
    }
    guard dimensions >= 1, particles <= mostNumbers / dimensions else {
      throw SetupError(
        "particles",
        "\(particles) particles of \(dimensions) dimensions are more than 2^40 numbers; give fewer")
    }
    let steps = sampler.steps.number ?? Sampler.Steps.provisional
    // Twice by some schemes, and once more by a coarser run.
    let asked = 4 + 4 * Double(sampler.rejuvenation?.moves ?? 0)
    let evaluations = asked * Double(particles) * Double(steps) * Double(sampler.target.terms.count)
    guard evaluations < 0x1p62 else {
      throw SetupError(
        "target", "\(sampler.target.terms.count) terms at \(steps) steps; give fewer of either")
    }
    guard sampler.control == .linear || sampler.control == .diagonal else { return }
    // The products of two features for each block of at least 64 rows.
    let features = sampler.control == .linear ? dimensions + 3 : 2 * dimensions + 2
    let (square, overflow) = features.multipliedReportingOverflow(by: features)
    let blocks = particles / 64 + islands
    guard !overflow, square <= mostNumbers / blocks else {
      throw SetupError(
        "sampler.control",
        "`.\(sampler.control)` needs \(sampler.control == .linear ? "(d + 3)²" : "(2d + 2)²") products for each block, too many "
          + "for d = \(dimensions); use `.radial`"
      )
    }
  }

  // MARK: - Parts together

  /// Refuses what some part needs and another cannot work with, and needs that cannot be met.
  func check(_ parts: [any Part]) throws {
    let refusals = parts.flatMap(\.refusals)
    for need in Needs.inOrder where needs.contains(need) {
      if let refusal = refusals.first(where: { $0.need == need }) {
        throw SetupError(refusal.setting, refusal.reason)
      }
      try checkConditions(of: need)
    }
  }

  /// What a need takes for granted of the rest of the run, whichever part has it.
  private func checkConditions(of need: Needs) throws {
    switch need {
    case .kernels: try checkKernels()
    case .twists where !isNoisy && twist?.looksAhead == false:
      throw SetupError(
        "sampler.noiseScale",
        "a reward at the denoised point steers by the noise; give a number above 0 along the whole path")
    case .densities:
      guard let term = terms.first(where: { !$0.model.hasLogDensity }) else { return }
      throw SetupError(
        "sampler.correction",
        "`\(correction.constant)` needs log densities, which model '\(term.name)' does not have; use `.feynmanKac`"
      )
    case .acceptance:
      guard let term = terms.first(where: { !$0.model.hasLogDensity }) else { return }
      throw SetupError(
        "sampler.rejuvenation",
        "`.metropolis()` accepts by log densities, which model '\(term.name)' does not have; use `.langevin()`"
      )
    case .projection: try guidance?.checkProjection()
    case .alignment: try guidance?.checkAlignment()
    case .scoreControl where !scheme.hasReversal:
      throw SetupError(
        "sampler.control",
        "`.scores` needs an exponential scheme, found `\(scheme.constant)`; use `.exponentialMultistep` or `.radial`"
      )
    default: break
    }
  }

  private func checkKernels() throws {
    guard scheme.hasReversal else {
      throw SetupError(
        "sampler.correction",
        "`\(correction.constant)` needs an exponential scheme, found `\(scheme.constant)`; use `.exponentialMultistep`"
      )
    }
    guard isNoisy else {
      throw SetupError(
        "sampler.correction",
        "`\(correction.constant)` needs a `noiseScale` above 0 along the whole path; use `.feynmanKac`")
    }
    try checkEvenness()
  }

  /// Refuses a path with a step that is far longer than the others: on targets with exact answers its densities put log Z off by 1 to 8
  /// nats where steps uniform in time end with one of 1.3 to 4 in log v, and by 0.1 where as many are uniform in log v.
  private func checkEvenness() throws {
    let longest = (0..<steps).map { path.stepLength($0) }.max() ?? 0
    let mean = path.length / Double(steps)
    guard longest > 2, longest > 4 * mean else { return }
    throw SetupError(
      "sampler.steps.grid",
      "`\(correction.constant)` compares densities at both ends of a step, and the longest here is \(longest.text(decimals: 1)) in "
        + "log v beside \(mean.text(significant: 2)) in the mean; use `.logSignalToNoise`")
  }

  private var isNoisy: Bool { (0..<steps).allSatisfy { numbers(ofStep: $0).noiseScale.middle > 0 } }
}
