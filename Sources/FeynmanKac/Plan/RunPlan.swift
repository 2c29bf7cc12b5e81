import Libc

/// Everything about a run that is fixed before its first step.
final class RunPlan: Sendable {
  let path: Path
  let terms: [PlannedTerm]
  /// When exponents move on a late path; nil where they follow their schedules.
  let ramp: ExponentRamp?
  /// Whether they could move late, and do not.
  let couldBeLate: Bool
  /// The Gaussians that were fitted to the models' scores, one for each term; nil where none were, or not yet.
  let fittedGaussians: [ModelGaussian]?
  /// The first level at which models are probed whose log densities are carried along the path.
  let firstProbe: Int
  let groups: [TermGroup]
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
  let scheme: any Scheme
  let plannedControl: PlannedControl
  let correction: any Correction
  let start: Sampler.Start
  let rejuvenation: Sampler.Rejuvenation?
  let denoising: Sampler.Denoising
  let generator: GeneratorKind
  /// The most of its weight that an island may lose where models fail; nil where that ends the run.
  let lossBound: Double?
  /// `V_T`, the variance per dimension of the start before it is divided by `A`.
  let startVariance: Double
  /// What all of these must store and do together.
  let needs: Needs

  let role: RunRole
  /// What the engine must know.
  let population: PopulationPlan

  /// - Parameters:
  ///   - particles: Those of the whole run, by which all is chosen.
  ///   - islands: Likewise.
  ///   - share: The islands of this process; nil for all.
  /// - Throws: `SetupError` naming the setting that cannot work.
  init(
    _ sampler: Sampler, particles: Int, islands: Int, share: Range<Int>? = nil, role: RunRole = .alone
  ) throws {
    try PopulationPlan.checkCounts(particles: particles, islands: islands)
    let path = try Path(of: sampler)
    let target = sampler.target
    let model = try Self.checkedModel(of: target)
    try Self.checkSize(of: sampler, particles: particles, islands: islands, dimensions: model.dimensions)

    self.role = role
    self.path = path
    dimensions = model.dimensions
    intrinsicDimensions = model.intrinsicDimensions
    atoms = model.atoms
    let merged = Self.merged(target.terms)
    correction = sampler.correction.rule
    fittedGaussians = sampler.fittedGaussians
    let noiseScale = try Self.noiseScale(of: sampler)
    self.noiseScale = noiseScale
    let least = Self.leastNoiseScale(noiseScale, merged)
    let known = ExponentRamp.Known(merged, sampler, noiseScale: least, particles)
    ramp = try ExponentRamp(of: merged, target, known, path: path, isCoarser: role == .coarser)
    couldBeLate = try ramp == nil && ExponentRamp.pays(for: merged, target, known, path: path)
    terms = try Self.planTerms(merged, of: target, ramp, path: path, process: sampler.process)
    groups = Self.groups(of: terms, particles: particles)
    exponentSums = try Self.exponentSums(of: terms, along: path)
    guidance = try PlannedGuidance(target, terms: terms)
    reward = target.reward
    rewardScales = path.progress.map { target.rewardScale.value(at: $0) }
    rewardScaleSlope = (target.rewardScale.to - target.rewardScale.from) / path.length
    twist = try PlannedTwist(
      of: target, path: path, exponentSums: exponentSums,
      noiseScales: zip(path.progress, exponentSums).map { noiseScale($0, $1) }, terms: terms)
    scheme = sampler.scheme.rule
    let planned = PlannedControl(
      sampler.control, correction, isProjected: guidance?.projection != nil, atoms: atoms,
      dimensions: dimensions, particles: particles - particles / max(islands, Self.mostFolds),
      terms: terms.count, probes: Self.probesAnyway(terms, correction, scheme, guidance))
    plannedControl = planned
    try Self.check(sampler.rejuvenation, steps: path.steps)
    rejuvenation = sampler.rejuvenation
    (denoising, generator) = (sampler.denoising, sampler.generator)
    let parts: [(any Part)?] = [
      correction, planned, RewardPart(reward, twist), scheme, TermsPart(terms, atoms: atoms), guidance,
      RejuvenationPart(rejuvenation, reward, twist),
    ]
    let chosen = parts.compactMap(\.self)
    needs = Needs(of: chosen)
    population = try Self.population(
      of: sampler, particles: particles, islands: islands, share: share, path: path,
      dimensions: model.dimensions, carriesWeights: needs.contains(.weights), isFolded: planned.isFolded)
    start = try Self.start(of: sampler, terms: terms)
    firstProbe = Self.firstProbe(
      of: terms, fittedGaussians, spanControl: needs.contains(.scoreControl), along: path, role)
    startVariance = path.levels[0] + Self.dataVariance(of: terms.map { ($0.model, $0.exponents[0]) })
    lossBound = try sampler.onFailure.bound(carriesWeights: needs.contains(.weights))
    try check(chosen)
    try SetupError.within("sampler") { try resampling.check(carriesWeights: needs.contains(.weights)) }
    try checkTails()
  }

  /// Whether some model answers for many blocks at a time.
  var asksTogether: Bool { groups.contains { $0.batchRows != nil } }

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

  /// The controls among which each step chooses.
  var controls: [Sampler.Control] {
    guard control == .automatic else { return [control] }
    return [.radial] + (needs.contains(.products) ? [.linear] : [])
      + (needs.contains(.stretch) ? [.diagonal] : [])
  }

  /// The step at whose start exponents begin to move on a late path; 0 on another.
  var turn: Int { ramp.flatMap { ramp in path.levels.firstIndex { $0 <= ramp.level } } ?? 0 }

  /// How far beyond the fit at a level the step from there takes its control, in parts of what has changed in the step before: to the middle
  /// of the step, as it is the same over all of it. Not where exponents have just begun to move, nor by a radial control, which leaves too much
  /// of the rate for that to tell, nor under a scheme that corrects its drift at the end, whose error at 12 steps grew from .03 to .08.
  func controlExtrapolation(at level: Int) -> Double {
    guard control != .radial, !needs.contains(.secondDrift), level > 0, level < steps, level != turn else {
      return 0
    }
    return 0.5 * path.stepLength(level) / path.stepLength(level - 1)
  }

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

  /// Whether no step has any noise.
  var isNoiseless: Bool { noiseScaleMaximum == 0 && rejuvenation == nil }

  /// The largest and the least `c` of all steps.
  var noiseScaleMaximum: Double { (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }.max() ?? 1 }
  var noiseScaleMinimum: Double { (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }.min() ?? 0 }

  /// How many features a linear or diagonal control has, with 1 and the rate; 0 of another.
  var controlFeatures: Int {
    if let scoreBases { return scoreBases.count + (fitsOffset ? dimensions : 0) + 3 }
    return needs.contains(.stretch) ? 2 * dimensions + 2 : needs.contains(.products) ? dimensions + 3 : 0
  }
}

// MARK: - What a plan is made of

extension RunPlan {
  private static func exponentSums(of terms: [PlannedTerm], along path: Path) throws -> [Double] {
    let sums = (0...path.steps).map { level in terms.reduce(0) { $0 + $1.exponents[level] } }
    if let step = sums.firstIndex(where: { !($0 > 0) }) {
      throw SetupError(
        "target",
        "the exponents sum to \(sums[step]) at t = \(path.times[step]); the sum must stay above 0, "
          + "or the noised target cannot be normalised")
    }
    return sums
  }

  private static func noiseScale(
    of sampler: Sampler
  ) throws -> @Sendable (_ progress: Double, _ exponentSum: Double) -> Double {
    switch sampler.noiseScale {
    case .tempered: return { _, exponentSum in 1 / exponentSum.squareRoot() }
    // Until a pilot has chosen.
    case .automatic: return { _, _ in 1 }
    case .scheduled(let schedule):
      for value in [schedule.from, schedule.to] where !(value >= 0 && value.isFinite) {
        throw SetupError(
          "sampler.noiseScale", "\(value); give numbers of 0 or more, `.tempered` or `.automatic`")
      }
      return { progress, _ in schedule.value(at: progress) }
    }
  }

  /// The least `c` that a path with these exponents at its end has.
  private static func leastNoiseScale(
    _ noiseScale: (_ progress: Double, _ exponentSum: Double) -> Double, _ terms: [Target.Term]
  ) -> Double {
    let sum = terms.reduce(0) { $0 + $1.exponent.to }
    return min(noiseScale(0, sum), noiseScale(1, sum))
  }

  private static func population(
    of sampler: Sampler, particles: Int, islands: Int, share: Range<Int>?, path: Path, dimensions: Int,
    carriesWeights: Bool, isFolded: Bool
  ) throws -> PopulationPlan {
    // What runs beside the run is a single island.
    let exchange = islands > 1 ? sampler.islandExchange : nil
    try exchange?.check(islands: islands, carriesWeights: carriesWeights)
    let trajectory = try SetupError.within("sampler") {
      try sampler.trajectory.map { try TrajectoryRows($0, steps: path.steps, particles: particles) }
    }
    if let trajectory {
      guard trajectory.count <= mostNumbers / (trajectory.slotCount * dimensions) else {
        throw SetupError(
          "sampler.trajectory",
          "\(trajectory.count) rows of \(trajectory.slotCount) particles in \(dimensions) dimensions are more than "
            + "2^40 numbers; give fewer particles or a larger `everySteps`")
      }
    }
    // By the dimension alone, so that streams of random numbers stay the same.
    var rows = max(64, min(512, 16384 / dimensions / 64 * 64))
    // Folds of an island are made of blocks.
    if isFolded, islands == 1 { rows = max(64, min(rows, (particles / mostFolds + 63) / 64 * 64)) }
    return PopulationPlan(
      particles: particles, islands: islands, share: share, blockRows: rows, times: path.times,
      progress: path.progress, carriesWeights: carriesWeights, resampling: sampler.resampling,
      generator: sampler.generator, trajectory: trajectory, exchange: exchange)
  }

  private static func start(of sampler: Sampler, terms: [PlannedTerm]) throws -> Sampler.Start {
    let without = terms.first { !$0.model.hasLogDensity }
    if sampler.start == .exact, let without {
      throw SetupError(
        "sampler.start",
        "`.exact` needs log densities, which model '\(without.name)' does not have; use `.fitted`")
    }
    return sampler.start ?? (without == nil ? .exact : .fitted)
  }

  /// The variance of the data per dimension, as far as models state it, weighted by their exponents.
  static func dataVariance(of terms: [(model: any ScoreModel, exponent: Double)]) -> Double {
    let stated = terms.compactMap { term in term.model.dataStandardDeviation.map { ($0, term.exponent) } }
    let weight = stated.reduce(0) { $0 + $1.1 }
    return weight > 0 ? max(0, stated.reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / weight) : 0
  }
}
