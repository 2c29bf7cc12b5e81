/// Collects a report of every step.
struct Trace {
  private(set) var reports: [StepReport] = []
  private let plan: RunPlan
  private let clock = ContinuousClock()
  private let began: ContinuousClock.Instant
  private var initialLogNormalizer = 0.0
  /// What a run took before it was interrupted.
  private var earlierSeconds = 0.0

  init(_ plan: RunPlan) {
    self.plan = plan
    began = clock.now
  }

  mutating func reserve() { reports.reserveCapacity(plan.steps + 1) }

  var elapsedSeconds: Double { earlierSeconds + (clock.now - began) / .seconds(1) }

  /// Writes the reports to a checkpoint, or reads them back.
  ///
  /// - Throws: `FileError` of the checkpoint.
  mutating func exchange(_ state: StateExchange) throws(FileError) {
    try state.array("reports", &reports)
    try state.value("log Z at the start", &initialLogNormalizer)
    if state.isReading { earlierSeconds = reports.last?.elapsedSeconds ?? 0 }
  }

  /// The report of a step that is done, which is kept.
  mutating func append(_ run: SamplingRun, step: Int) -> StepReport {
    let report = report(of: run, step: step)
    reports.append(report)
    return report
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
    }
    for own in run.model.steps { slope += own.control.slope / Double(plan.folds) }
    let elapsed = elapsedSeconds
    let carriesWeights = plan.needs.contains(.weights)
    let residual = run.scoreResidual(merged, ancestors: ancestors)
    return StepReport(
      step: step, steps: plan.steps, time: plan.path.times[step], noiseLevel: plan.path.levels[step],
      effectiveSampleSize: carriesWeights ? run.effectiveSampleSize(merged) : Double(plan.particles),
      logNormalizerRatio: carriesWeights ? logNormalizer - initialLogNormalizer : nil,
      scoreResidual: residual.map { Float($0.value) },
      scoreResidualError: residual.map { Float($0.standardError) },
      resampledIslands: resampled, uniqueAncestors: ancestors, controlSlope: slope,
      alignment: run.model.alignment(at: step), moveAcceptance: run.model.moves?.acceptance(at: step),
      moveSize: run.model.moves?.drift(at: step), elapsedSeconds: elapsed,
      particleStepsPerSecond: elapsed > 0 ? Double(step * plan.particles) / elapsed : 0)
  }
}
