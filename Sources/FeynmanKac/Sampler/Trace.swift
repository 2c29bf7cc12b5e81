/// Collects a report of every step.
struct Trace {
  private(set) var reports: [StepReport] = []
  private let plan: RunPlan
  private let isNoiseless: Bool
  private let watch = Stopwatch()
  private var initialLogNormalizer = 0.0
  /// What a run took before it was interrupted.
  private var earlierSeconds = 0.0

  init(_ plan: RunPlan) {
    self.plan = plan
    isNoiseless = plan.isNoiseless
  }

  mutating func reserve() { reports.reserveCapacity(plan.steps + 1) }

  var elapsedSeconds: Double { earlierSeconds + watch.seconds }

  /// Writes the reports to a checkpoint, or reads them back.
  ///
  /// - Throws: `FileError` of the checkpoint.
  mutating func exchange(_ state: StateExchange) throws(FileError) {
    try state.array("reports", &reports)
    try state.value("log Z at the start", &initialLogNormalizer)
    guard state.isReading else { return }
    let population = plan.population
    let areRight = reports.enumerated().allSatisfy { step, report in
      report.step == step && (0...population.share.total).contains(report.resampledIslands)
        && (0...population.particlesOfAll).contains(report.uniqueAncestors)
    }
    guard areRight else { throw FileError(.malformed, "checkpoint", "has reports that no run makes") }
    earlierSeconds = reports.last?.elapsedSeconds ?? 0
  }

  /// Writes the seconds that islands took to a part, or reads those of all of them back.
  ///
  /// - Throws: `FileError` of the part.
  mutating func exchangeSeconds(_ state: StateExchange, islands: Int) throws {
    var each = [Double](repeating: elapsedSeconds / Double(islands), count: islands)
    try each.withUnsafeMutableBufferPointer {
      try state.islands("seconds", $0.baseAddress!, count: islands, of: islands)
    }
    if state.isReading, reports.isEmpty || reports.count > plan.steps {
      earlierSeconds = each.reduce(0, +) - watch.seconds
    }
  }

  /// The report of a step that is done, which is kept.
  ///
  /// - Parameter records: Of all islands that the run is of.
  mutating func append(_ records: IslandRecords, step: Int) -> StepReport {
    let report = report(of: records, step: step)
    reports.append(report)
    return report
  }

  private mutating func report(of records: IslandRecords, step: Int) -> StepReport {
    let merged = records.states.reportedMoments
    let shift = plan.coordinateShift(at: step)
    let logNormalizer = merged.logSum + shift
    if step == 0 { initialLogNormalizer = logNormalizer }
    let ancestors = records.uniqueAncestors
    let elapsed = elapsedSeconds
    let carriesWeights = plan.needs.contains(.weights)
    let residual = records.states.scoreResidual(
      merged, ancestors: ancestors, families: records.familyCount, plan)
    return StepReport(
      step: step, steps: plan.steps, time: plan.path.times[step], noiseLevel: plan.path.levels[step],
      effectiveSampleSize: carriesWeights
        ? records.effectiveSampleSize(merged, isNoiseless: isNoiseless) : Double(records.particles),
      logNormalizerRatio: carriesWeights ? logNormalizer - initialLogNormalizer : nil,
      scoreResidual: residual.map { Float($0.value) },
      scoreResidualError: residual.map { Float($0.standardError) },
      resampledIslands: records.resampledIslands, uniqueAncestors: ancestors, controlSlope: records.slope,
      alignment: plan.needs.contains(.alignment) ? records.alignment(at: step) : nil,
      moveAcceptance: records.moveAcceptance, moveSize: records.moveSize, elapsedSeconds: elapsed,
      particleStepsPerSecond: elapsed > 0 ? Double(step * records.particles) / elapsed : 0)
  }
}
