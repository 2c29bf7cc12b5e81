// What cannot work, found before the first step.

extension RunPlan {
  static func checkShapes(of target: Target) throws {
    let first = target.terms[0]
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
          "models.\(term.name).atoms",
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
    let steps = sampler.noiseLevels.map { $0.count } ?? sampler.steps
    // Twice by some schemes, and once more by a coarser run.
    let evaluations = 4 * Double(particles) * Double(steps) * Double(sampler.target.terms.count)
    guard evaluations < 0x1p62 else {
      throw SetupError(
        "target", "\(sampler.target.terms.count) terms at \(steps) steps; give fewer of either")
    }
    guard sampler.control == .linear else { return }
    // `(d + 3)²` products for each block of at least 64 rows.
    let (square, overflow) = (dimensions + 3).multipliedReportingOverflow(by: dimensions + 3)
    let blocks = particles / 64 + islands
    guard !overflow, square <= mostNumbers / blocks else {
      throw SetupError(
        "sampler.control",
        "linear needs (d + 3)² products for each block, too many for d = \(dimensions); use radial"
      )
    }
  }

  static func noiseScale(
    of sampler: Sampler
  ) throws -> @Sendable (_ progress: Double, _ exponentSum: Double) -> Double {
    switch sampler.noiseScale {
    case .tempered: return { _, exponentSum in 1 / exponentSum.squareRoot() }
    // Until a pilot has chosen.
    case .automatic: return { _, _ in 1 }
    case .scheduled(let schedule):
      for value in [schedule.from, schedule.to] where !(value >= 0 && value.isFinite) {
        throw SetupError(
          "sampler.noise_scale", "\(value); give a number of 0 or more, {from, to}, tempered or auto")
      }
      return { progress, _ in schedule.value(at: progress) }
    }
  }

  static func start(of sampler: Sampler, terms: [PlannedTerm]) throws -> Sampler.Start {
    let without = terms.first { !$0.model.hasLogDensity }
    if sampler.start == .exact, let without {
      throw SetupError(
        "sampler.start",
        "exact needs log densities, which model '\(without.name)' does not have; use gaussian")
    }
    return sampler.start ?? (without == nil ? .exact : .gaussian)
  }

  func checkCombination(of sampler: Sampler) throws {
    let noise = (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }
    if usesKernels {
      guard scheme.isExponential else {
        throw SetupError(
          "correction",
          "\(correction.rawValue) needs an exponential scheme, found \(scheme.rawValue); use exponential-multistep"
        )
      }
      guard noise.allSatisfy({ $0 > 0 }) else {
        throw SetupError(
          "correction",
          "\(correction.rawValue) needs a noise_scale above 0 along the whole path; use feynman-kac")
      }
    }
    if usesTwists {
      guard scheme != .heun else {
        throw SetupError(
          "sampler.scheme",
          "heun does not steer by a reward at the denoised point; use exponential-multistep")
      }
      guard noise.allSatisfy({ $0 > 0 }) else {
        throw SetupError(
          "sampler.noise_scale",
          "a reward at the denoised point steers by the noise; give a number above 0 along the whole path")
      }
    }
    if correction == .densityRatio, let term = terms.first(where: { !$0.model.hasLogDensity }) {
      throw SetupError(
        "correction",
        "density-ratio needs log densities, which model '\(term.name)' does not have; use feynman-kac")
    }
    if control == .linear, atoms != nil {
      throw SetupError("sampler.control", "linear breaks the symmetry of atoms; use radial")
    }
    if accumulatesLogDensities {
      guard scheme.isExponential ? noise.allSatisfy({ $0 > 0 }) : noise.allSatisfy({ $0 == 1 }) else {
        throw SetupError(
          "sampler.noise_scale",
          "moving exponents of models without log density need a noise_scale above 0 with an exponential scheme, "
            + "or of 1 with another")
      }
    }
    try checkGuidance()
    guard (0...1).contains(resampling.threshold) else {
      throw SetupError("resampling.ess_threshold", "\(resampling.threshold); give a number from 0 to 1")
    }
    guard resampling.window.lowerBound >= 0, resampling.window.upperBound <= 1 else {
      throw SetupError("resampling.window", "\(resampling.window); give two numbers from 0 to 1")
    }
    if resampling.resampler.actsAtEveryStepOnly, resampling.threshold < 1, carriesWeights {
      throw SetupError(
        "resampling.ess_threshold",
        "\(ResamplingScheme.name(of: resampling.resampler)) is only right when it acts at every step; give 1")
    }
  }
}
