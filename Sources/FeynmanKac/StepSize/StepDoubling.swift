import Libc

/// A run and a second one at every second of its levels, particle by particle with the same start and the same noise,
/// and resampled together. Their difference is almost free of Monte Carlo error, and says what the step size does.
///
/// The finer one is the run itself, or a small one beside it.
final class StepDoubling {
  let fine: SamplingRun
  let coarse: SamplingRun
  /// Whether the finer one is beside the run, and so made here.
  let isBeside: Bool
  /// Why there is no coarser run any more.
  enum Failure: UInt8 {
    /// A model or the reward returned what is not finite.
    case notFinite
    /// Weights that are all zero, or beyond double precision.
    case weights
  }
  private(set) var failure: Failure?
  private var coarseStep = 0

  /// - Parameters:
  ///   - sampler: The finer run's.
  ///   - fine: The finer run, whose plan has the role of the finer one.
  convenience init(_ sampler: Sampler, _ fine: SamplingRun) throws {
    try self.init(sampler, fine, isBeside: false)
  }

  /// A pair beside a run.
  ///
  /// - Parameters:
  ///   - sampler: The run's.
  ///   - run: The run's plan.
  ///   - start: The run's, where it is fitted.
  ///   - particles: Those of the pair, in one island.
  ///   - seed: The run's; the pair has one of its own that comes from it.
  convenience init(
    beside sampler: Sampler, _ run: RunPlan, _ start: FittedStart?, particles: Int, seed: UInt64,
    threads: Int,
    isCancelled: (() -> Bool)?
  ) throws {
    let sampler = Self.sampler(sampler, beside: run)
    let plan = try RunPlan(sampler, particles: particles, islands: 1, role: .finer)
    let streams = try RandomStreams(
      kind: sampler.generator, seed: CompanionSeed.pair.seed(from: seed), islands: 1,
      blocksPerIsland: plan.blocksPerIsland)
    let fine = try SamplingRun(
      plan, streams: streams, start: start, threads: threads, isCancelled: isCancelled)
    try self.init(sampler, fine, isBeside: true)
  }

  /// The sampler of a pair beside a run. What the step size does hardly depends on how it resamples, but only some ways have errors.
  /// The control is the run's, and has to have room for it.
  static func sampler(_ sampler: Sampler, beside run: RunPlan) -> Sampler {
    var own = sampler
    own.trajectory = nil
    own.plainSamples = .none
    own.control = run.controls.last ?? .none
    if !sampler.resampling.resampler.supportsLeeWhiteley || sampler.resampling.threshold >= 1 {
      own.resampling = Sampler.ResamplingRule(window: sampler.resampling.window)
    }
    return own
  }

  private init(_ sampler: Sampler, _ fine: SamplingRun, isBeside: Bool) throws {
    self.fine = fine
    self.isBeside = isBeside
    coarse = try SamplingRun(
      Self.coarserPlan(sampler, of: fine.diffusionPlan), streams: fine.streams, start: fine.model.initial.fit,
      threads: fine.pool.threads,
      givenNormals: fine.model.state.keptNoise, isCancelled: fine.isCancelled, ranks: fine.model.ranks)
    fine.follower = coarse
    coarse.model.moves?.model = fine.model.moves
  }

  /// The plans of the runs that a pair has beside the run itself.
  static func plans(_ sampler: Sampler, particles: Int, besides run: RunPlan) throws -> [RunPlan] {
    guard particles != run.population.particlesOfAll else { return [try coarserPlan(sampler, of: run)] }
    let own = Self.sampler(sampler, beside: run)
    let fine = try RunPlan(own, particles: particles, islands: 1, role: .finer)
    return [fine, try coarserPlan(own, of: fine)]
  }

  static func coarserPlan(_ sampler: Sampler, of plan: RunPlan) throws -> RunPlan {
    var coarser = sampler
    coarser.steps = .levels(everySecond(plan.path.levels))
    // It resamples when the finer one does.
    coarser.resampling = Sampler.ResamplingRule(threshold: 0)
    coarser.trajectory = nil
    coarser.plainSamples = .none
    // Exponents begin to move where they do in the finer one.
    coarser.target.path = plan.ramp.map { .late(below: $0.level) } ?? .constant
    coarser.rejuvenation?.finerSteps = plan.steps
    let own = plan.population
    return try RunPlan(
      coarser, particles: own.particlesOfAll, islands: own.share.total, share: own.share.islands,
      role: .coarser)
  }

  /// The first, third and so on of `n + 1` levels, and the last.
  static func everySecond(_ levels: [Double]) -> [Double] {
    let chosen = stride(from: 0, to: levels.count, by: 2).map { levels[$0] }
    return levels.count % 2 == 1 ? chosen : chosen + [levels[levels.count - 1]]
  }

  /// After the run's beginning.
  func begin() throws {
    try attempt {
      if isBeside { try fine.begin() }
      try coarse.begin()
    }
  }

  /// Before the run's step: the particles of a pair beside it are too few for a control of their own.
  func prepare(_ step: Int, beside run: SamplingRun) {
    guard isBeside, failure == nil else { return }
    fine.model.take(run.model.control)
    fine.model.takeScores(of: run.model, isMiddle: false)
    // The coarser run goes after the finer one, and its step has the middle where every second step of that begins.
    if step % 2 == 1 {
      coarse.model.take(run.model.fit)
      coarse.model.takeScores(of: run.model, isMiddle: true)
    } else if step + 1 == run.plan.steps {
      coarse.model.take(run.model.control)
      coarse.model.takeScores(of: run.model, isMiddle: false)
    }
  }

  /// After the run's step.
  ///
  /// - Returns: True where both runs stand at the same level.
  func advance(after step: Int) throws -> Bool {
    guard failure == nil else { return false }
    if isBeside { try attempt { try fine.advance(step) } }
    guard failure == nil, step % 2 == 1 || step + 1 == fine.plan.steps else { return false }
    try attempt {
      try coarse.advance(coarseStep)
      coarseStep += 1
    }
    return failure == nil
  }

  /// Too long a step may be too much for the coarser run alone.
  private func attempt(_ body: () throws -> Void) throws {
    do { try body() } catch let error as RunError where error.isOfParticles {
      if case .notFinite = error { failure = .notFinite } else { failure = .weights }
      fine.follower = nil
    }
  }

  /// Writes the state of both runs to a checkpoint, or reads it back.
  ///
  /// - Throws: `FileError` of the checkpoint.
  func exchange(_ state: StateExchange) throws {
    try state.value("failure", &failure)
    try state.value("coarse step", &coarseStep)
    if failure != nil { fine.follower = nil }
    if isBeside {
      try state.within("fine") { try fine.exchange(state) }
      try fine.streams.exchange(state)
    }
    try state.within("coarse") { try coarse.exchange(state) }
    guard state.isReading, failure == nil else { return }
    let done = fine.step == fine.plan.steps ? coarse.plan.steps : fine.step / 2
    guard coarseStep == done, coarse.step == done else {
      throw FileError(.malformed, "checkpoint", "has a pair of runs at different steps")
    }
  }
}

// MARK: - What the two runs say together

extension StepDoubling {
  /// What the two runs say together at their end; nil where one of them failed.
  ///
  /// - Parameters:
  ///   - monteCarloError: The standard error of the run's log Z, where it has one.
  ///   - meanErrors: Those of its means, `[d]`.
  func error(monteCarloError: Double?, meanErrors: [Double]?) -> StepSizeError? {
    guard failure == nil else { return nil }
    let plan = fine.diffusionPlan
    let d = plan.dimensions
    let weights = (
      fine: fine.normalizedLogWeights.map { exp($0) }, coarse: coarse.normalizedLogWeights.map { exp($0) }
    )
    let samples = (
      fine: fine.samples(at: plan.steps, denoised: true),
      coarse: coarse.samples(at: coarse.plan.steps, denoised: true)
    )
    let groups = fine.influenceGroups
    let noise = groups?.spread { (weights.coarse[$0] - weights.fine[$0]) / divisor }
    let difference =
      IslandMerge(logNormalizers: coarse.islandLogNormalizers).logNormalizer
      - IslandMerge(logNormalizers: fine.islandLogNormalizers).logNormalizer
    return StepSizeError(
      logNormalizer: StepSizeError.Figure(
        value: difference / divisor,
        standardError: noise?.standardError, degreesOfFreedom: noise?.degreesOfFreedom,
        monteCarloError: monteCarloError),
      mean: (0..<d).map { j in
        let fine = WeightedColumn(weights: weights.fine, samples: samples.fine, column: j, stride: d)
        let coarse = WeightedColumn(weights: weights.coarse, samples: samples.coarse, column: j, stride: d)
        return StepSizeError.Figure(
          value: (coarse.mean - fine.mean) / divisor,
          standardError: groups?.standardError { (coarse.influence($0) - fine.influence($0)) / divisor },
          monteCarloError: meanErrors?[j])
      }, order: plan.order, steps: coarse.plan.steps, particles: plan.particles)
  }

  /// Rows that each model was asked for beside the run.
  var modelEvaluations: [(model: String, rows: Int)] {
    guard isBeside else { return coarse.model.modelEvaluations }
    return zip(fine.model.modelEvaluations, coarse.model.modelEvaluations).map {
      ($0.model, $0.rows + $1.rows)
    }
  }

  // MARK: - A pilot's single island

  /// The weighted mean square of what a single island's log-weights parted by since it was last asked, in squared nats.
  func meanSquareParting() -> Double {
    guard let marks = coarse.model.state.logRatios?.all else { return 0 }
    var sum = 0.0
    var total = 0.0
    let highest = fine.islands[0].moments.highest
    let (fineWeights, coarseWeights) = (fine.population.logWeights.all, coarse.population.logWeights.all)
    for particle in 0..<fine.plan.particles {
      let weight = exp(fineWeights[particle] - highest)
      let ratio = coarseWeights[particle] - fineWeights[particle]
      guard weight > 0, ratio.isFinite else { continue }
      let parting = ratio - marks[particle]
      sum += weight * parting * parting
      total += weight
      marks[particle] = ratio
    }
    return sum / total
  }

  /// The step-size error of the finer run's log Z, in nats.
  var logNormalizerError: Double {
    (coarse.islandLogNormalizers[0] - fine.islandLogNormalizers[0]) / divisor
  }

  /// The standard error of that, by the ancestors, whatever the resampler: the noise of the last steps is most of it.
  var logNormalizerErrorDeviation: Double {
    let coarseWeights = coarse.normalizedLogWeights
    let fineWeights = fine.normalizedLogWeights
    var sums = [Double](repeating: 0, count: fine.plan.particles)
    let ancestors = fine.population.ancestors.all
    for particle in sums.indices {
      sums[Int(ancestors[particle])] +=
        exp(coarseWeights[particle]) - exp(fineWeights[particle])
    }
    return sums.reduce(0) { $0 + $1 * $1 }.squareRoot() / divisor
  }

  /// What a difference of the two runs is the error times, `2^p − 1`.
  private var divisor: Double { Double((1 << fine.diffusionPlan.order) - 1) }
}

/// One coordinate of weighted samples.
private struct WeightedColumn {
  let weights: [Double]
  let samples: [Float]
  let column: Int
  let stride: Int
  let mean: Double

  init(weights: [Double], samples: [Float], column: Int, stride: Int) {
    self.weights = weights
    self.samples = samples
    self.column = column
    self.stride = stride
    mean = weights.indices.reduce(0) { $0 + weights[$1] * Double(samples[$1 * stride + column]) }
  }

  /// What a particle moves the mean by.
  func influence(_ particle: Int) -> Double {
    weights[particle] * (Double(samples[particle * stride + column]) - mean)
  }
}
