import Foundation

/// Everything about a run that is fixed before its first step.
final class RunPlan: Sendable {
  let path: Path
  let terms: [PlannedTerm]
  let groups: [TermGroup]
  /// Some exponent changes along the path. Stored, as the next, because every block of every step asks.
  let hasMovingExponents: Bool
  /// The exponent of a model that does not know its `log q` moves.
  let movesUnknownDensities: Bool
  let guidance: PlannedGuidance?
  let reward: (any Reward)?
  /// `λ` at the levels, and `dλ/du`.
  let rewardScales: [Double]
  let rewardScaleSlope: Double
  /// What a reward at the denoised point needs; nil where it is evaluated at the state.
  let twist: PlannedTwist?
  /// `A` at the levels.
  let exponentSums: [Double]
  let noiseScale: @Sendable (_ progress: Double, _ exponentSum: Double) -> Double

  let dimensions: Int
  let intrinsicDimensions: Int
  let atoms: Int?
  let scheme: Sampler.Scheme
  let control: Sampler.Control
  let correction: Sampler.Correction
  let start: Sampler.Start
  let denoising: Sampler.Denoising
  let generator: GeneratorKind
  /// `V_T`, the variance per dimension of the start before it is divided by `A`.
  let startVariance: Double

  let role: RunRole
  /// What the engine must know.
  let population: PopulationPlan

  /// - Throws: `SetupError` naming the setting that cannot work.
  init(_ sampler: Sampler, particles: Int, islands: Int, role: RunRole = .alone) throws {
    self.role = role
    if let fault = Platform.kernelFault { throw fault }
    guard particles >= 1, particles <= Int(Int32.max) else {
      throw SetupError("particles", "\(particles); give a whole number from 1 to \(Int32.max)")
    }
    guard islands >= 1, particles % islands == 0 else {
      throw SetupError(
        "islands", "\(islands) islands do not divide \(particles) particles; give a divisor of particles")
    }
    let path = try Path(of: sampler)
    let target = sampler.target
    guard let model = target.terms.first?.model else {
      throw SetupError("target", "no model; name at least one")
    }
    try Self.checkShapes(of: target)
    try Self.checkSize(of: sampler, particles: particles, islands: islands, dimensions: model.dimensions)
    let exponentSums = path.progress.map { target.exponentSum(at: $0) }
    if let step = exponentSums.firstIndex(where: { !($0 > 0) }) {
      throw SetupError(
        "target",
        "the exponents sum to \(exponentSums[step]) at t = \(path.times[step]); the sum must stay above 0, "
          + "or the noised target cannot be normalised")
    }

    self.path = path
    self.exponentSums = exponentSums
    dimensions = model.dimensions
    intrinsicDimensions = model.intrinsicDimensions
    atoms = model.atoms
    terms = try Self.planTerms(of: target, path: path, process: sampler.process)
    groups = Self.groups(of: terms)
    let moving = terms.filter { $0.exponentSlope != 0 }
    hasMovingExponents = !moving.isEmpty
    movesUnknownDensities = moving.contains { !$0.model.hasLogDensity }
    guidance = try PlannedGuidance(target, terms: terms)
    reward = target.reward
    rewardScales = path.progress.map { target.rewardScale.value(at: $0) }
    twist = try PlannedTwist(of: target, path: path, exponentSums: exponentSums, terms: terms)
    rewardScaleSlope = (target.rewardScale.to - target.rewardScale.from) / path.length
    noiseScale = try Self.noiseScale(of: sampler)
    scheme = sampler.scheme
    correction = sampler.correction
    control = sampler.correction == .none ? .none : sampler.control
    denoising = sampler.denoising
    let trajectory = try sampler.trajectory.map {
      try TrajectoryRows($0, steps: path.steps, particles: particles)
    }
    if let trajectory {
      let row = trajectory.slotCount * model.dimensions
      guard trajectory.count <= Self.mostNumbers / row else {
        throw SetupError(
          "output.trajectory",
          "\(trajectory.count) rows of \(trajectory.slotCount) particles in \(model.dimensions) dimensions are more than "
            + "2^40 numbers; give fewer particles or a larger every_steps")
      }
    }
    generator = sampler.generator
    population = PopulationPlan(
      particles: particles, islands: islands,
      // By the dimension alone, so that streams of random numbers stay the same.
      blockRows: max(64, min(512, 16384 / model.dimensions / 64 * 64)), times: path.times,
      progress: path.progress, carriesWeights: sampler.correction != .none, resampling: sampler.resampling,
      chunkedResampler: sampler.generator.isSequential
        ? nil : sampler.resampling.resampler as? any ChunkedResampler, trajectory: trajectory)
    start = try Self.start(of: sampler, terms: terms)
    let stated = terms.compactMap { term in term.model.dataStandardDeviation.map { ($0, term.exponents[0]) } }
    let statedWeight = stated.reduce(0) { $0 + $1.1 }
    let dataVariance =
      statedWeight > 0 ? max(0, stated.reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / statedWeight) : 0
    startVariance = path.levels[0] + dataVariance
    try checkCombination(of: sampler)
    try checkTails()
  }

  var steps: Int { path.steps }
  var particles: Int { population.particles }
  var islands: Int { population.islands }
  var blockRows: Int { population.blockRows }
  var resampling: Sampler.ResamplingRule { population.resampling }
  var islandParticles: Int { population.islandParticles }
  var genealogySlices: GenealogySlices { population.genealogySlices }
  var trajectory: TrajectoryRows? { population.trajectory }
  var blocksPerIsland: Int { population.blocksPerIsland }
  var blockCount: Int { population.blockCount }
  func threads(atMost threads: Int) -> Int { population.threads(atMost: threads) }

  // MARK: What has to be stored with every particle

  var carriesWeights: Bool { correction != .none }
  var usesRates: Bool { correction == .feynmanKac || (carriesWeights && control != .none) }
  /// Nothing but the rates of scores enters the weights, and they at both ends of a step alike.
  var weighsByRates: Bool {
    correction == .feynmanKac && scheme != .eulerMaruyama && control != .linear && reward == nil
      && !usesTermLogDensities
  }
  var usesKernels: Bool { correction == .kernelRatio || correction == .densityRatio }
  /// The reward's gradient is part of the drift.
  var usesGradients: Bool { twist == nil && reward?.hasGradient ?? false }
  /// The reward's gradient at the denoised point shifts each step.
  var usesTwists: Bool { twist != nil && reward?.hasGradient ?? false }
  /// The reward enters the weights by its difference, and not by a rate.
  var usesRewardDifference: Bool { reward != nil && (usesKernels || !usesGradients) && carriesWeights }
  /// The reward's gradient at the state is followed by explicit steps, which its curvature may be too much for.
  var measuresCurvature: Bool { usesGradients && carriesWeights }
  var usesHistory: Bool { scheme == .exponentialMultistep }
  /// Not where kernels of models are compared with those of the target: they must all be made alike.
  var measuresResponse: Bool { scheme == .exponentialMultistep && !keepsStepStart }
  /// `log qᵢ` of every term, exact or accumulated along the path.
  var usesTermLogDensities: Bool { carriesWeights && hasMovingExponents && correction != .densityRatio }
  /// Some `log qᵢ` must be accumulated along the path.
  var accumulatesLogDensities: Bool { usesTermLogDensities && movesUnknownDensities }
  var usesTermScores: Bool { correction == .kernelRatio || accumulatesLogDensities || guidance != nil }
  /// Both ends of a step are needed at its end.
  var keepsStepStart: Bool { usesKernels || accumulatesLogDensities || scheme == .heun }

  /// `c` at the beginning, middle and end of a step, and the rest of its numbers.
  func numbers(ofStep step: Int) -> StepNumbers {
    let middleProgress = 0.5 * (path.progress[step] + path.progress[step + 1])
    let sums = (
      exponentSums[step], 0.5 * (exponentSums[step] + exponentSums[step + 1]), exponentSums[step + 1]
    )
    return StepNumbers(
      length: path.stepLength(step), previousLength: step > 0 ? path.stepLength(step - 1) : nil,
      level: path.levels[step], nextLevel: path.levels[step + 1], exponentSum: sums,
      noiseScale: (
        noiseScale(path.progress[step], sums.0), noiseScale(middleProgress, sums.1),
        noiseScale(path.progress[step + 1], sums.2)
      ))
  }

  /// `log Z_x − log Z_y` at a level: the volume that `x = α y` adds to the integral.
  func coordinateShift(at step: Int) -> Double {
    let signal = path.signals[step]
    return signal == 1 ? 0 : (1 - exponentSums[step]) * Double(intrinsicDimensions) * log(signal)
  }
}
