import Foundation

extension RunResult {
  init(
    _ run: SamplingRun, trace: [StepReport], wallSeconds: Double, threads: Int, pilot: Pilot?,
    pair: StepDoubling?, checks: RunChecks
  ) {
    let plan = run.diffusionPlan
    // The run's memory is freed piece by piece, so that the result never comes on top of all of it. A pair is compared at
    // the end, which needs all of both.
    let frees = pair == nil
    if frees { run.releaseWorkingMemory() }
    let estimates =
      plan.carriesWeights ? run.islandEstimates(shiftedBy: plan.coordinateShift(at: plan.steps)) : []
    samples = run.samples(at: plan.steps, denoised: true)
    if frees {
      run.population.table.release("states")
      run.population.table.release("scores")
    }
    logWeights = run.normalizedLogWeights
    if frees { run.population.table.release("log-weights") }
    ancestors = [Int64](onLargePages: plan.particles) { ancestors in
      let own = run.population.ancestors.all
      for particle in ancestors.indices { ancestors[particle] = Int64(own[particle]) }
    }
    genealogy = run.recordedGenealogy
    if frees {
      run.releaseRecords()
    }
    dimensions = plan.dimensions
    intrinsicDimensions = plan.intrinsicDimensions
    islands = plan.islands
    if plan.carriesWeights {
      let merge = IslandMerge(logNormalizers: estimates.map(\.logNormalizer))
      logNormalizer = NormalizerEstimate.merge(
        estimates, resampler: plan.resampling.resampler, threshold: plan.resampling.threshold)
      effectiveAncestors = NormalizerEstimate.effectiveAncestors(estimates, merge) ?? 1
      logNormalizerInitial = logNormalizer.map { $0.value - trace[plan.steps].logNormalizerRatio! }
      islandLogNormalizers = estimates.map(\.logNormalizer)
    } else {
      logNormalizer = nil
      logNormalizerInitial = nil
      islandLogNormalizers = []
      effectiveAncestors = Double(plan.particles)
    }
    effectiveSampleSize = trace[plan.steps].effectiveSampleSize
    minimumEffectiveSampleSize = trace.lazy.map(\.effectiveSampleSize).min()!
    resampleCount = run.islands.reduce(0) { $0 + $1.resampleCount }
    uniqueAncestors = trace[plan.steps].uniqueAncestors
    self.pilot = pilot
    stepSizeError = pair?.error(monteCarloError: logNormalizer?.standardError)
    let others = [pilot?.modelEvaluations, pair?.coarse.model.modelEvaluations].compactMap { $0 }
    modelEvaluations = run.model.modelEvaluations.enumerated().map { index, own in
      (own.model, others.reduce(own.rows) { $0 + $1[index].rows })
    }
    alignedSteps = plan.usesAlignment ? run.model.islands.map(\.alignedStep) : []
    self.trace = trace
    self.wallSeconds = wallSeconds
    self.threads = threads
    startCheckEvaluations = checks.start?.rows ?? 0
    independentEstimate = checks.independent.map {
      Estimate(
        value: $0.logNormalizer, standardError: $0.standardError, standardErrorMethod: nil,
        degreesOfFreedom: nil)
    }
    var evidence = RunEvidence(
      self, carriesWeights: plan.carriesWeights, trustedAncestors: plan.trustedAncestors,
      measuresStepSize: plan.role == .finer)
    evidence.checks = checks
    evidence.compare(self, signal: plan.path.signals[plan.steps])
    evidence.stiffness = run.model.stiffness
    evidence.hasLightTail = plan.weightTail == .light
    evidence.followsScores = plan.twist == nil && plan.guidance?.projection == nil
    evidence.hasExactModels = plan.terms.allSatisfy(\.model.hasLogDensity)
    warnings = plan.warnings + evidence.warnings
  }

  /// Whether the figures can be taken for right within their errors.
  public var trust: Trust { Trust(warnings) }

  /// How many steps the path had.
  public var steps: Int { trace.count - 1 }

  /// How many particles there are over all islands.
  public var particles: Int { logWeights.count }

  /// The weighted mean of each coordinate, length `d`, in data units.
  public var weightedMean: [Double] { weightedSum { value, _ in value } }

  /// The weighted variance of each coordinate, length `d`, in squared data units.
  public var weightedVariance: [Double] {
    let mean = weightedMean
    return weightedSum { value, j in (value - mean[j]) * (value - mean[j]) }
  }

  /// `Σ Wᵢ f(xᵢⱼ, j)` for every coordinate `j`.
  private func weightedSum(_ function: (Double, Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: dimensions)
    for (particle, logWeight) in logWeights.enumerated() {
      let weight = exp(logWeight)
      for j in 0..<dimensions {
        sums[j] += weight * function(Double(samples[particle * dimensions + j]), j)
      }
    }
    return sums
  }

  /// `count` equally weighted samples, row-major `[count, d]`, drawn systematically and then shuffled.
  ///
  /// - Parameters:
  ///   - count: At least 1, and not bound by the number of particles.
  ///   - seed: Any value; the same seed draws the same samples.
  public func resampled(_ count: Int, seed: UInt64 = 0) -> [Float] {
    resampledIndices(count, seed: seed).flatMap { samples[$0 * dimensions..<($0 + 1) * dimensions] }
  }

  /// The particles that `resampled` draws.
  public func resampledIndices(_ count: Int, seed: UInt64 = 0) -> [Int] {
    precondition(count > 0, "asked for \(count) samples")
    var generator = PhiloxGenerator(StreamKey(seed: seed, island: 0, step: 0, purpose: .output))
    let offset = generator.uniform()
    var picks: [Int] = []
    picks.reserveCapacity(count)
    let lastPositive = logWeights.lastIndex { $0 > -.infinity }!
    var cumulative = 0.0
    var particle = -1
    for index in 0..<count {
      let point = (Double(index) + offset) / Double(count)
      while particle < lastPositive, particle < 0 || cumulative <= point {
        particle += 1
        cumulative += exp(logWeights[particle])
      }
      picks.append(particle)
    }
    picks.shuffle(using: &generator)
    return picks
  }
}
