import Libc

extension RunResult {
  /// The result of a run that is done.
  ///
  /// - Parameters:
  ///   - trace: `steps + 1` reports.
  ///   - pair: The runs of two step lengths that tell the step-size error; nil where none went along.
  init(
    _ run: SamplingRun, trace: [StepReport], wallSeconds: Double, threads: Int,
    preparation: RunPreparation, pair: StepDoubling?, checks: RunChecks
  ) {
    let plan = run.diffusionPlan
    // A pair is compared at the end, which needs all of both.
    let particles = FinalParticles(of: run, frees: pair?.isBeside ?? true)
    samples = particles.samples
    logWeights = particles.logWeights
    ancestors = particles.ancestors
    genealogy = particles.genealogy
    dimensions = plan.dimensions
    intrinsicDimensions = plan.intrinsicDimensions
    islands = plan.islands
    let last = trace[plan.steps]
    let merged = FinalNormalizer(
      of: run, particles.islandEstimates, effectiveAncestors: particles.effectiveAncestors)
    logNormalizer = merged?.estimate
    logNormalizerInitial = merged.map { $0.estimate.value - last.logNormalizerRatio! }
    islandLogNormalizers = merged?.islands ?? []
    effectiveAncestors = merged?.effectiveAncestors ?? Double(plan.particles)
    paretoShape =
      merged == nil
      ? nil : ParetoTail.shape(of: Self.ancestorWeights(particles.ancestors, particles.logWeights))
    effectiveSampleSize = last.effectiveSampleSize
    minimumEffectiveSampleSize = trace.lazy.map(\.effectiveSampleSize).min()!
    resampleCount = run.islands.reduce(0) { $0 + $1.resampleCount }
    // What the trace says of islands that were exchanged is the least that it can be.
    uniqueAncestors = run.exchanges.count > 0 ? SurvivingAncestors.count(ancestors) : last.uniqueAncestors
    dropped = plan.lossBound.map { _ in DroppedParticles(of: run, merged?.islands ?? []) }
    islandExchanges = plan.exchangesIslands ? run.exchanges.count : nil
    pilot = preparation.pilot
    let fit = run.model.initial.fit
    modelEvaluations = run.model.modelEvaluations.enumerated().map { index, own in
      let beside = (pair?.modelEvaluations[index].rows ?? 0) + preparation.modelEvaluations[index]
      return (own.model, own.rows + (fit?.rows ?? 0) + beside + FarScores.rows(plan))
    }
    startFit = fit.map { StartFit(residual: $0.residual.value, evaluations: $0.rows) }
    rejuvenation = plan.rejuvenation.map { RejuvenationFigures(of: $0, trace) }
    alignedSteps = run.model.alignedSteps
    self.trace = trace
    self.wallSeconds = wallSeconds
    self.threads = threads
    startCheckEvaluations = checks.start?.rows ?? 0
    independentEstimate = checks.independent.map {
      Estimate(
        value: $0.logNormalizer, standardError: $0.standardError, standardErrorMethod: nil,
        degreesOfFreedom: nil)
    }
    stepSizeError = pair?.error(
      monteCarloError: merged?.estimate.standardError, meanErrors: meanStandardErrors)
    warnings =
      plan.warnings
      + RunEvidence(self, plan, checks, stiffness: run.model.stiffness, failedPair: pair?.failure).warnings
  }
}

extension RunResult {
  /// The weight of all descendants of each particle of the start, `[particles]`.
  static func ancestorWeights(_ ancestors: [Int64], _ logWeights: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: ancestors.count)
    for (particle, ancestor) in ancestors.enumerated() { sums[Int(ancestor)] += exp(logWeights[particle]) }
    return sums
  }
}

extension DroppedParticles {
  /// - Parameter logNormalizers: Of the islands.
  fileprivate init(of run: SamplingRun, _ logNormalizers: [Double]) {
    let islands = run.model.islands
    let weights = IslandMerge(logNormalizers: logNormalizers).weights
    let mark = islands.reduce(0) { max($0, $1.failedSource) }
    self.init(
      count: islands.reduce(0) { $0 + $1.dropped },
      share: zip(islands, weights).reduce(0) { $0 + $1.0.lostShare * $1.1 },
      source: mark > 0 ? run.diffusionPlan.source(mark) : nil)
  }
}

extension RejuvenationFigures {
  fileprivate init(of rejuvenation: Sampler.Rejuvenation, _ trace: [StepReport]) {
    let accepted = trace.compactMap(\.moveAcceptance)
    self.init(
      kind: rejuvenation.description, moves: trace.indices.reduce(0) { $0 + rejuvenation.moves(at: $1) },
      acceptance: accepted.isEmpty ? nil : accepted.reduce(0, +) / Double(accepted.count))
  }
}

/// What a result keeps of a run's particles.
private struct FinalParticles {
  /// What the islands tell of log Z in `x` coordinates; empty without weights.
  let islandEstimates: [NormalizerEstimate.Island]
  let effectiveAncestors: Double
  let samples: [Float]
  let logWeights: [Double]
  let ancestors: [Int64]
  let genealogy: Genealogy

  /// - Parameter frees: Whether the run's memory is freed piece by piece, so that the result never comes on top of all of
  ///   it.
  init(of run: SamplingRun, frees: Bool) {
    let plan = run.diffusionPlan
    if frees { run.releaseWorkingMemory() }
    islandEstimates =
      plan.needs.contains(.weights)
      ? run.islandEstimates(shiftedBy: plan.coordinateShift(at: plan.steps)) : []
    effectiveAncestors = islandEstimates.isEmpty ? 1 : run.effectiveAncestors(islandEstimates)
    samples = run.samples(at: plan.steps, denoised: true)
    if frees {
      run.population.table.release("states")
      run.population.table.release("scores")
    }
    logWeights = run.normalizedLogWeights
    if frees { run.population.table.release("log-weights") }
    ancestors = [Int64](onLargePages: plan.particles) { ancestors in
      let own = run.population.ancestors.all
      let first = plan.population.firstParticle
      for particle in ancestors.indices { ancestors[particle] = Int64(own[particle]) - Int64(first) }
    }
    genealogy = run.recordedGenealogy
    if frees { run.releaseRecords() }
  }
}

/// log Z at the end of a run, in `x` coordinates.
private struct FinalNormalizer {
  let estimate: Estimate
  let islands: [Double]
  let effectiveAncestors: Double

  /// - Returns: Nil where weights are not carried.
  init?(of run: SamplingRun, _ estimates: [NormalizerEstimate.Island], effectiveAncestors ancestors: Double) {
    guard !estimates.isEmpty else { return nil }
    let plan = run.diffusionPlan
    estimate = NormalizerEstimate.merge(
      estimates, resampler: plan.resampling.resampler, threshold: plan.resampling.threshold,
      exchanges: run.exchanges)
    islands = estimates.map(\.logNormalizer)
    effectiveAncestors = ancestors
  }
}

extension RunEvidence {
  /// What a run showed.
  ///
  /// - Parameters:
  ///   - result: All of it but its warnings.
  ///   - stiffness: The most that a reward's curvature took of a step's noise variance.
  ///   - failedPair: Why the runs that tell the step-size error ended.
  fileprivate init(
    _ result: RunResult, _ plan: RunPlan, _ checks: RunChecks, stiffness: Double,
    failedPair: StepDoubling.Failure?
  ) {
    // That all of few particles die says nothing of the steps.
    let failed =
      switch failedPair {
      case .notFinite: true
      case nil: false
      case .weights: plan.role == .finer
      }
    self.init(
      result, carriesWeights: plan.needs.contains(.weights), trustedAncestors: plan.trustedAncestors,
      coarserRunHasFailed: failed)
    self.checks = checks
    compare(result, signal: plan.path.signals[plan.steps])
    unreached = checks.plain.flatMap { UnreachedMass($0, result) }
    narrow = checks.plain.flatMap { NarrowMass($0, result) }
    far = FarScores(plan, result)
    flatReward = FlatReward(plan, result)?.value
    self.stiffness = stiffness
    hasLightTail = plan.weightTail == .light
    followsScores = plan.hasScoreResidual
    exponentSum = plan.exponentSums[plan.steps]
    meanSquare /= plan.path.signals[plan.steps] * plan.path.signals[plan.steps]
    lateLevel = plan.ramp?.level
    movesExponents = plan.exponentsMove
    carriesLogDensities = plan.needs.contains(.carriedLogDensities)
    couldBeLate = plan.couldBeLate
    integratesRates = plan.correction.needs.contains(.rates)
    hasExactModels = plan.terms.allSatisfy(\.model.hasLogDensity)
  }
}
