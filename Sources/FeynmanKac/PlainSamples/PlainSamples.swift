import Libc

/// A few samples of the easy composition that a late path begins with, one model or a geometric mean of models, taken all the way to the
/// data, and there weighed by the target.
///
/// They are drawn before the run, of models whose modes nobody knows, and say two things of them. How much narrower the modes are than the
/// data tells whether exponents had better move late, and from where on. And a mode that is rare in the models is among these samples as often as it is in
/// the data, where paths of constant exponents lose it: what they weigh at places that the run has not reached is mass that it missed.
/// - Source: derived in <doc:Trust>.
package struct PlainSamples: Sendable, Codable {
  /// Row-major `[n, d]`, in data units.
  let samples: [Float]
  /// The logarithm of the target over the density that they come from, `[n]`: the mean of its exponential is Z.
  package let logWeights: [Double]
  /// How wide the data and its modes are; nil where models don't give their scores at the end of the path.
  package let spread: ModeSpread?
  /// The samples that are where the data is much narrower than elsewhere.
  let narrow: NarrowModes
  /// What notes call the run that they come from.
  private static let name = "plain run"
  /// Rows that each model was asked for, those of a fit of their own among them.
  let modelEvaluations: ModelEvaluations

  /// - Parameters:
  ///   - sampler: The run's.
  ///   - start: What was fitted to the models' scores for the run; nil where nothing was.
  ///   - seed: The run's; these have one of their own that comes from it.
  ///   - notes: Where they are kept on their way.
  /// - Returns: Nil where there are none, and where steps that are long for the run are too long for these.
  /// - Throws: `RunError` where a model fails or the run is cancelled.
  init?(
    beside sampler: Sampler, _ start: FittedStart?, particles: Int, seed: UInt64, threads: Int,
    notes: PreparationNotes, isCancelled: @escaping () -> Bool
  ) throws {
    guard let first = sampler.plainPlan(beside: particles) else { return nil }
    let fit: FittedStart?
    let plan: RunPlan
    let run: SamplingRun
    do {
      fit = try start ?? FittedStart(first, seed: seed, threads: threads, isCancelled: isCancelled)
      var own = sampler.plain
      own.fittedGaussians = fit?.models
      plan = try RunPlan(own, particles: first.particles, islands: 1)
      let streams = try RandomStreams(
        kind: sampler.generator, seed: CompanionSeed.plain.seed(from: seed), islands: 1,
        blocksPerIsland: plan.blocksPerIsland)
      run = try SamplingRun(
        plan, streams: streams, start: plan.fitsScores ? fit?.composed(for: plan) : nil, threads: threads,
        isCancelled: isCancelled)
      try notes.begin(run, Self.name)
      while run.step < plan.steps {
        try run.advance(run.step)
        try notes.keep(run, Self.name)
      }
    } catch is SetupError {
      return nil
    } catch let error as RunError where error.isOfParticles {
      return nil
    }
    samples = run.samples(at: plan.steps, denoised: false)
    let logNormalizer = run.islandLogNormalizers[0] + plan.coordinateShift(at: plan.steps)
    let logCount = log(Double(plan.particles))
    logWeights = run.normalizedLogWeights.map { $0 + logNormalizer + logCount }
    narrow = try NarrowModes(run, plan, seed: CompanionSeed.plain.seed(from: seed))
    var spread = Self.spread(of: run, plan)
    spread?.highestLevel = narrow.highestLevel(particles: particles)
    self.spread = spread
    modelEvaluations = ModelEvaluations(
      run.model.modelEvaluations.map {
        ($0.model, $0.rows + NarrowModes.evaluations * plan.particles + (start == nil ? fit?.rows ?? 0 : 0))
      })
  }

  /// The same with a fit of their own, on one thread.
  package init?(beside sampler: Sampler, particles: Int, seed: UInt64) throws {
    try self.init(
      beside: sampler, nil, particles: particles, seed: seed, threads: 1, notes: PreparationNotes(),
      isCancelled: { false })
  }

  /// Whether there is a weight and a place for each of the samples, which have so many dimensions.
  func hasShape(dimensions: Int) -> Bool {
    samples.count == logWeights.count * dimensions && narrow.hasShape(samples: logWeights.count)
  }

  private static func spread(of run: SamplingRun, _ plan: RunPlan) -> ModeSpread? {
    guard plan.needs.contains(.termScores) else { return nil }
    let states = run.model.state.states.all
    let count = plan.particles * plan.dimensions
    var scores = [Double](repeating: 0, count: count)
    for (index, term) in plan.terms.enumerated() where term.exponents[0] != 0 {
      let own = run.model.state.termScores[index].all
      for place in scores.indices { scores[place] += term.exponents[0] * Double(own[place]) }
    }
    return ModeSpread(
      states: (0..<count).map { states[$0] }, scores: scores, dimensions: plan.dimensions,
      level: plan.path.levels[plan.steps])
  }
}

extension RunError {
  /// Whether it says that steps were too long for particles, and nothing of a model or the caller.
  var isOfParticles: Bool {
    switch self {
    case .notFinite, .allWeightsZero, .weightsBeyondPrecision: true
    case .modelFailed, .cancelled: false
    }
  }
}
