/// One pair of coupled runs of a pilot, and what it tells.
struct PilotRound: Codable {
  /// The levels of the finer run.
  let noiseLevels: [Double]
  /// The step-size error of the finer run's log Z, in nats, and its own standard error; infinite where the coarser run failed.
  let error: Double
  let standardError: Double
  /// `aₖ` of each double step, in squared nats; empty where the coarser run failed.
  let meanSquares: [Double]
  /// `N Var log Z`, by the larger of two estimates: the relative variances of the weights of all stretches between
  /// resamplings, which is too little where particles do not mix, and Lee & Whiteley's, which sees that.
  let relativeVariance: Double
  /// True where a run failed for its long steps.
  let hasFailed: Bool
  /// Rows that each model was asked for, at most.
  let modelEvaluations: ModelEvaluations

  var steps: Int { noiseLevels.count - 1 }

  /// Whether it is a round of such a plan.
  func isPossible(for plan: RunPlan) -> Bool {
    noiseLevels == plan.path.levels && modelEvaluations.each.count == plan.terms.count
      && meanSquares.count == (hasFailed ? 0 : (steps + 1) / 2)
  }

  /// - Parameters:
  ///   - sampler: With its levels and noise scale given.
  ///   - start: The run's, where it was fitted.
  init(
    _ sampler: Sampler, start: FittedStart?, particles: Int, seed: UInt64, threads: Int,
    isCancelled: @escaping () -> Bool
  ) throws {
    let plan = try RunPlan(sampler, particles: particles, islands: 1, role: .finer)
    let streams = try RandomStreams(
      kind: sampler.generator, seed: seed, islands: 1, blocksPerIsland: plan.blocksPerIsland)
    let fine = try SamplingRun(
      plan, streams: streams, start: start, threads: threads, isCancelled: isCancelled)
    let pair = try StepDoubling(sampler, fine)
    noiseLevels = plan.path.levels
    modelEvaluations = ModelEvaluations(
      zip(plan.modelEvaluations, pair.coarse.diffusionPlan.modelEvaluations).map {
        ($0.model, $0.rows + $1.rows)
      })
    var squares: [Double] = []
    var variance = 0.0
    do {
      try fine.begin()
      try pair.begin()
      for step in 0..<plan.steps {
        variance += Self.lostVariance(fine, isLast: false)
        try fine.advance(step)
        if try pair.advance(after: step) { squares.append(pair.meanSquareParting()) }
      }
      variance += Self.lostVariance(fine, isLast: true)
    } catch let error as RunError {
      switch error {
      case .modelFailed, .cancelled: throw error
      case .notFinite, .allWeightsZero, .weightsBeyondPrecision: break
      }
      self.error = .infinity
      standardError = 0
      meanSquares = []
      relativeVariance = .infinity
      hasFailed = true
      return
    }
    let lineages = LeeWhiteley.relativeVariance(
      squaredShares: fine.squaredShares(ofIsland: 0), count: particles,
      resamplings: fine.islands[0].resampleCount)
    relativeVariance = max(variance, Double(particles) * (lineages ?? 0))
    hasFailed = pair.failure != nil
    meanSquares = hasFailed ? [] : squares
    error = hasFailed ? .infinity : pair.logNormalizerError
    standardError = hasFailed ? 0 : pair.logNormalizerErrorDeviation
  }

  /// `N/ESS − 1` at the end of a stretch without resampling.
  private static func lostVariance(_ run: SamplingRun, isLast: Bool) -> Double {
    let island = run.islands[0]
    guard island.didResample || isLast else { return 0 }
    return Double(run.plan.particles) / island.reported.effectiveSampleSize - 1
  }
}
