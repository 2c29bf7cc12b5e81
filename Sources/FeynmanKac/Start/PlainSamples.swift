import Foundation

/// A few samples of the easy composition that a late path begins with, one model or a geometric mean of models, taken all the way to the
/// data, and there weighed by the target.
///
/// They are drawn before the run, of models whose modes nobody knows, and say two things of them. How much narrower the modes are than the
/// data tells whether exponents had better move late, and from where on. And a mode that is rare in the models is among these samples as often as it is in
/// the data, where paths of constant exponents lose it: what they weigh at places that the run has not reached is mass that it missed.
/// - Source: derived in <doc:Trust>.
package struct PlainSamples: Sendable {
  /// Row-major `[n, d]`, in data units.
  let samples: [Float]
  /// The logarithm of the target over the density that they come from, `[n]`: the mean of its exponential is Z.
  package let logWeights: [Double]
  /// Nil where models don't give their scores at the end of the path.
  package let spread: ModeSpread?
  /// Rows that each model was asked for, those of a fit of their own among them.
  let modelEvaluations: [(model: String, rows: Int)]

  /// The share of the run's particles that they are, with half the steps.
  private static let share = 0.05
  /// A run of fewer particles would spend more on them.
  private static let leastParticles = 640
  private static let counts = 64...2048
  /// More steps than these tell nothing more.
  private static let mostSteps = 200

  /// How many there are beside a run; nil where there are none: `plainSamples` is none, the run is small or has no weights,
  /// every model is a mixture, whose modes are known, atoms look the same from many sides, or the target is the composition itself.
  static func count(_ sampler: Sampler, particles: Int) -> Int? {
    let target = sampler.target
    guard sampler.plainSamples == .automatic, particles >= leastParticles,
      sampler.correction.rule.needs.contains(.weights),
      target.terms.contains(where: { $0.model.mixture == nil }),
      target.terms.allSatisfy({ $0.model.atoms == nil }), !isPlain(target)
    else { return nil }
    return min(max(Int(clamping: share * Double(particles)), counts.lowerBound), counts.upperBound)
  }

  private static func isPlain(_ target: Target) -> Bool {
    let exponents = RunPlan.merged(target.terms).map(\.exponent)
    return exponents.count == 1 && exponents[0] == .constant(1)
  }

  /// The sampler that draws them.
  static func sampler(of sampler: Sampler) -> Sampler {
    var own = Sampler(process: sampler.process, target: sampler.target)
    // Exponents move where the path ends, at the lowest level that it has for that.
    own.target.path = .late(below: .leastNormalMagnitude)
    own.target.reward = nil
    let steps = max(1, (sampler.steps.number ?? Sampler.Steps.provisional) / 2)
    own.steps = .count(min(mostSteps, steps))
    own.control = .none
    own.resampling = Sampler.ResamplingRule(threshold: 0)
    own.stepSizeError = .none
    own.plainSamples = .none
    own.startTime = sampler.startTime
    own.endTime = sampler.endTime
    own.maximumNoiseLevel = sampler.maximumNoiseLevel
    own.minimumNoiseLevel = sampler.minimumNoiseLevel
    own.generator = sampler.generator
    return own
  }

  /// What will draw them; nil where there are none, or where exponents cannot move late.
  static func plan(beside sampler: Sampler, particles: Int) -> RunPlan? {
    guard let count = count(sampler, particles: particles) else { return nil }
    return try? RunPlan(self.sampler(of: sampler), particles: count, islands: 1)
  }

  /// - Parameters:
  ///   - sampler: The run's.
  ///   - start: What was fitted to the models' scores for the run; nil where nothing was.
  ///   - seed: The run's; these have one of their own that comes from it.
  /// - Returns: Nil where there are none, and where steps that are long for the run are too long for these.
  /// - Throws: `RunError` where a model fails or the run is cancelled.
  init?(
    beside sampler: Sampler, _ start: FittedStart?, particles: Int, seed: UInt64, threads: Int,
    isCancelled: @escaping () -> Bool
  ) throws {
    guard let first = Self.plan(beside: sampler, particles: particles) else { return nil }
    let fit: FittedStart?
    let plan: RunPlan
    let run: SamplingRun
    do {
      fit = try start ?? FittedStart(first, seed: seed, threads: threads, isCancelled: isCancelled)
      var own = Self.sampler(of: sampler)
      own.fittedGaussians = fit?.models
      plan = try RunPlan(own, particles: first.particles, islands: 1)
      // The last word of the counter is one that no stream has.
      let words = PhiloxGenerator.words(counter: (0, 0, 0, .max - 3), key: seed)
      let streams = try RandomStreams(
        kind: sampler.generator, seed: UInt64(words.1) << 32 | UInt64(words.0), islands: 1,
        blocksPerIsland: plan.blocksPerIsland)
      run = try SamplingRun(
        plan, streams: streams, start: plan.fitsScores ? fit?.composed(for: plan) : nil, threads: threads,
        isCancelled: isCancelled)
      try run.begin()
      for step in 0..<plan.steps { try run.advance(step) }
    } catch is SetupError {
      return nil
    } catch let error as RunError where error.isOfParticles {
      return nil
    }
    samples = run.samples(at: plan.steps, denoised: false)
    let logNormalizer = run.islandLogNormalizers[0] + plan.coordinateShift(at: plan.steps)
    let logCount = log(Double(plan.particles))
    logWeights = run.normalizedLogWeights.map { $0 + logNormalizer + logCount }
    spread = Self.spread(of: run, plan)
    modelEvaluations = run.model.modelEvaluations.map {
      ($0.model, $0.rows + (start == nil ? fit?.rows ?? 0 : 0))
    }
  }

  /// With a fit of their own, on one thread.
  package init?(beside sampler: Sampler, particles: Int, seed: UInt64) throws {
    try self.init(
      beside: sampler, nil, particles: particles, seed: seed, threads: 1, isCancelled: { false })
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

extension Sampler {
  /// Whether a few samples of the easy composition that a late path begins with are drawn before the run, of models that are no mixtures of
  /// Gaussians: 5 % of the particles with half the steps. They choose the path and find mass that the run missed.
  public enum PlainSampling: String, Sendable, CaseIterable {
    case none
    /// For runs with weights of 640 particles or more.
    case automatic = "auto"
  }
}
