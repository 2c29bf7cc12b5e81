import Foundation

extension Sampler {
  /// Samples the target.
  ///
  /// - Parameters:
  ///   - particles: The total over all islands; a multiple of `islands`.
  ///   - seed: Any value, 0 included. The same seed gives the same bytes, for any number of threads.
  ///   - threads: Nil for all cores.
  ///   - observer: Sees every step and may end the run.
  /// - Throws: `SetupError` before the first step, `RunError` after.
  public func run(
    particles: Int, islands: Int = 1, seed: UInt64, threads: Int? = nil, observer: (any RunObserver)? = nil
  ) throws -> RunResult {
    let plan = try RunPlan(self, particles: particles, islands: islands)
    let streams = try RandomStreams(
      kind: generator, seed: seed, islands: islands, blocksPerIsland: plan.blocksPerIsland)
    let threads = Self.threadCount(threads)
    let run = SamplingRun(plan, streams: streams, threads: threads)
    var trace = Trace(plan)
    trace.reserve()
    try run.begin()
    try trace.append(run, step: 0, observer)
    for step in 0..<plan.steps {
      try run.advance(step)
      try trace.append(run, step: step + 1, observer)
    }
    let seconds = trace.elapsedSeconds
    return RunResult(run, trace: trace.reports, wallSeconds: seconds, threads: threads)
  }
}

/// Collects a report of every step.
struct Trace {
  private(set) var reports: [StepReport] = []
  private let plan: RunPlan
  private let clock = ContinuousClock()
  private let began: ContinuousClock.Instant
  private var initialLogNormalizer = 0.0

  init(_ plan: RunPlan) {
    self.plan = plan
    began = clock.now
  }

  mutating func reserve() { reports.reserveCapacity(plan.steps + 1) }

  var elapsedSeconds: Double { (clock.now - began) / .seconds(1) }

  mutating func append(_ run: SamplingRun, step: Int, _ observer: (any RunObserver)?) throws {
    let report = report(of: run, step: step)
    reports.append(report)
    if let observer, !observer.didFinish(report, snapshot: { run.snapshot(at: step) }) {
      throw RunError.cancelled(step: step)
    }
  }

  private mutating func report(of run: SamplingRun, step: Int) -> StepReport {
    let merged = run.reportedMoments
    let shift = plan.coordinateShift(at: step)
    let logNormalizer = merged.logSum + shift
    if step == 0 { initialLogNormalizer = logNormalizer }
    var resampled = 0
    var ancestors = 0
    var slope = 0.0
    for island in run.islands {
      resampled += island.didResample ? 1 : 0
      ancestors += island.uniqueAncestors
      slope += island.control.slope / Double(plan.islands)
    }
    let elapsed = elapsedSeconds
    return StepReport(
      step: step, steps: plan.steps, time: plan.path.times[step], noiseLevel: plan.path.levels[step],
      effectiveSampleSize: plan.carriesWeights ? merged.effectiveSampleSize : Double(plan.particles),
      logNormalizerRatio: plan.carriesWeights ? logNormalizer - initialLogNormalizer : nil,
      resampledIslands: resampled, uniqueAncestors: ancestors, controlSlope: slope, elapsedSeconds: elapsed,
      particleStepsPerSecond: elapsed > 0 ? Double(step * plan.particles) / elapsed : 0)
  }
}

extension SamplingRun {
  /// The weights of all islands together before this step's resampling; the sum is that of `Ẑ_k / K`.
  var reportedMoments: WeightMoments {
    var merged = WeightMoments()
    for island in islands {
      var moments = island.reported
      guard moments.highest > -.infinity else { continue }
      // Each particle stands for Ẑ_k/(K n) of the whole.
      moments.scale(byLog: island.reportedLogNormalizer - log(Double(plan.particles)))
      merged.merge(moments)
    }
    return merged
  }

  /// log Z of each island in `y` coordinates.
  var islandLogNormalizers: [Double] {
    islands.map { $0.logNormalizer + $0.moments.logMean(of: plan.islandParticles) }
  }

  /// Log-weights over all islands, normalised.
  var normalizedLogWeights: [Double] {
    guard plan.carriesWeights else {
      return Array(repeating: -log(Double(plan.particles)), count: plan.particles)
    }
    var weights = Array(UnsafeBufferPointer(start: state.logWeights, count: plan.particles))
    for (index, island) in islands.enumerated() {
      for particle in index * plan.islandParticles..<(index + 1) * plan.islandParticles {
        weights[particle] += island.logNormalizer
      }
    }
    let logSum = LogWeights.logSumExp(weights)
    for particle in weights.indices { weights[particle] -= logSum }
    return weights
  }

  /// `x = α y`, with the remaining noise half taken out where asked.
  func samples(at step: Int, denoised: Bool) -> [Float] {
    let signal = plan.path.signals[step]
    // ½(ȳ − y) = ½ (v/A) S
    let pull =
      denoised && plan.denoising == .half ? 0.5 * plan.path.levels[step] / plan.exponentSums[step] : 0
    return (0..<plan.particles * plan.dimensions).map { index in
      Float(signal * (Double(state.states[index]) + pull * Double(state.scores[index])))
    }
  }

  func snapshot(at step: Int) -> ParticleSnapshot {
    ParticleSnapshot(samples: samples(at: step, denoised: false), logWeights: normalizedLogWeights)
  }
}
