/// A run that its caller steps: to watch it, to stop it early, to do something between steps.
///
/// ```swift
/// let run = try sampler.start(particles: 10_000, seed: 7)
/// while !run.isAtEnd {
///   let report = try run.advance()
///   if report.effectiveSampleSize < 100 { break }
/// }
/// ```
///
/// ``Sampler/run(particles:islands:seed:threads:observer:checkpoints:)`` is this run to its end, with the same bytes. It belongs to one
/// thread at a time.
public final class SteppedRun {
  let run: SamplingRun
  let pair: StepDoubling?
  private let preparation: RunPreparation
  private let checks: RunChecks
  let observer: (any RunObserver)?
  var trace: Trace
  let levels: IslandLevels
  /// What islands the observer is told of, counted over the whole run.
  let shown: Range<Int>
  /// The log-weights of the trajectory so far on the scale of log Z, `[rows, slots]`, where the islands are a part of a run; else none.
  var trajectoryWeights: [Double] = []
  /// Rows of the trajectory whose log-weights are not normalised yet: what other processes have is not known.
  var rows: [TrajectoryRow] = []
  let ranks: (any RankGroup)?
  /// The observer wants the run to end, which other processes do not know yet.
  private var endIsAsked = false
  /// Why the run cannot go on.
  private var failure: (any Error)?
  var outcome: RunResult?
  /// The writer of checkpoints; nil where none are written.
  let checkpoints: RunCheckpoints?
  /// What tells this run's files from others'.
  let digest: UInt32
  /// What was found before the first step, as checkpoints and parts keep it; none where neither is written.
  var findings: [UInt8]
  /// The pair that tells the step-size error is beside islands of another part.
  private let pairIsElsewhere: Bool

  /// - Parameters:
  ///   - particles: Those of the whole run, as `islands`.
  ///   - share: The islands that are sampled here; nil for all.
  ///   - shown: Those of them that the result is of; nil for all.
  ///   - ranks: The processes that have the others; nil where nobody has, or where they are sampled at another time.
  ///   - isPart: The islands' result is to be a part of that of the run.
  init(
    _ sampler: Sampler, particles: Int, islands: Int, seed: UInt64, threads: Int?,
    observer: (any RunObserver)?, checkpoints rule: CheckpointRule? = nil, share: Range<Int>? = nil,
    shown: Range<Int>? = nil, ranks: (any RankGroup)? = nil, isPart: Bool = false,
    from origin: Origin = .start
  ) throws {
    let (watch, threads) = (Stopwatch(), Processors.threadCount(threads))
    preparation = try Self.prepare(
      sampler, particles: particles, islands: islands, seed: seed, threads: threads, after: origin.state,
      notes: { rule?.notes(isFirst: ranks?.rank ?? 0 == 0, digest: $0, seed: seed, by: watch) },
      isCancelled: { observer?.endsRun ?? false })
    let (sampler, start) = (preparation.sampler, preparation.start)
    let pairParticles = sampler.pairParticles(of: particles)
    let role: RunRole = pairParticles == particles ? .finer : .alone
    let whole = try RunPlan(sampler, particles: particles, islands: islands, role: role)
    let plan =
      try share.map { try RunPlan(sampler, particles: particles, islands: islands, share: $0, role: role) }
      ?? whole
    try Self.checkMemory(plan, threads: threads)
    let own = plan.population.share
    if ranks == nil, case .start = origin { try Self.check(shown ?? own.islands, in: own, whole) }
    let streams = try RandomStreams(
      kind: sampler.generator, seed: seed, islands: islands, share: own, blocksPerIsland: plan.blocksPerIsland
    )
    checks = RunChecks(
      whole, seed: seed, start: try preparation.check(whole, seed: seed), plain: preparation.plain)
    findings = rule != nil || isPart ? try preparation.findings(checks.start).encoded() : []
    let patience = rule == nil ? nil : EndingPatience()
    let runIsCancelled = observer.map { observer in
      { patience?.isOver(observer.endsRun) ?? observer.endsRun }
    }
    run = try SamplingRun(
      plan, streams: streams, start: start, threads: threads, isCancelled: runIsCancelled, ranks: ranks)
    (self.observer, self.ranks) = (observer, ranks)
    trace = Trace(plan)
    trace.reserve()
    levels = IslandLevels(plan, ranks, areKept: isPart)
    self.shown = shown ?? own.islands
    pair =
      switch pairParticles {
      case nil: nil
      case particles: try StepDoubling(sampler, run)
      // The pair has the control of the first island.
      case _? where own.first > 0: nil
      case let few?:
        try StepDoubling(
          beside: sampler, whole, start, particles: few, seed: seed, threads: threads,
          isCancelled: runIsCancelled)
      }
    if let pair, pair.isBeside { pair.fine.model.moves?.model = run.model.moves }
    pairIsElsewhere = pairParticles != nil && pair == nil
    let digest = whole.digest
    self.digest = digest
    checkpoints = try rule.map {
      try RunCheckpoints(
        $0, digest: digest, isShared: ranks != nil, hasLevels: isPart, after: origin.checkpoint, watch: watch,
        bytes: MemoryForecast(plan, threads: 1).state)
    }
    try begin(at: origin, seed: seed)
  }

  /// What is found out first, or was when the run began.
  private static func prepare(
    _ sampler: Sampler, particles: Int, islands: Int, seed: UInt64, threads: Int, after former: Checkpoint?,
    notes: (_ digest: UInt32) -> PreparationNotes?, isCancelled: @escaping () -> Bool
  ) throws -> RunPreparation {
    try sampler.checkAutomatic()
    try sampler.checkExtent(particles: particles, islands: islands)
    let first = try RunPlan(sampler, particles: particles, islands: islands)
    try checkMemory(first, threads: threads)
    let known = try former.flatMap { try RunFindings(in: $0, for: first) }
    return try RunPreparation(
      sampler, first, known: known, notes: notes(first.digest) ?? PreparationNotes(), seed: seed,
      threads: threads, isCancelled: isCancelled)
  }

  /// Refuses islands whose bytes would not be those that they have in the whole run.
  private static func check(_ shown: Range<Int>, in share: IslandShare, _ whole: RunPlan) throws {
    let needed = whole.islands(sampledFor: shown)
    guard needed.clamped(to: share.islands) == needed else {
      throw SetupError(
        "islands",
        "\(Checkpoint.named(shown)) cannot be sampled without \(Checkpoint.named(needed)); sample these together"
      )
    }
  }

  /// What a part without the first island cannot know.
  private static let unmeasured = RunWarning(
    .unknownStepSizeError,
    "The step-size error is measured beside the first island, which another part has: the intervals here lack it, and those of the merged "
      + "run have it.", isDoubt: true)

  /// What is missing at the end would end the process then.
  private static func checkMemory(_ plan: RunPlan, threads: Int) throws {
    let need = MemoryForecast(plan, threads: plan.threads(atMost: threads)).peak
    guard LargePages.canMap(need) else { throw ResourceError.noMemory(bytes: need) }
  }

  /// How many steps the path has; a pilot may have chosen it.
  public var steps: Int { run.plan.steps }

  /// How many steps are done, 0 to `steps`.
  public internal(set) var step = 0

  /// Whether every step is done.
  public var isAtEnd: Bool { step == steps }

  /// The reports of the start and of every step that is done, `step + 1` of them.
  public var reports: [StepReport] { trace.reports }

  /// A copy of the particles where they are, in `x` coordinates.
  ///
  /// - Precondition: ``finish()`` was not called yet: it hands the particles over.
  public var snapshot: ParticleSnapshot {
    precondition(outcome == nil, "the particles are in the result that finish() returned")
    return run.snapshot(at: step)
  }

  /// Makes the next step.
  ///
  /// - Returns: What it came to.
  /// - Throws: `RunError`; the same once more where the run had failed.
  /// - Precondition: Not every step is done.
  @discardableResult
  public func advance() throws -> StepReport {
    try makeStep()
    return trace.reports[step]
  }

  /// Makes the next step, of which processes that have other islands may not know yet.
  func makeStep() throws {
    if let failure { throw failure }
    precondition(!isAtEnd, "all \(steps) steps are done; finish() has the result")
    do {
      let step = step
      pair?.prepare(step, beside: run)
      try run.advance(step)
      _ = try pair?.advance(after: step)
      try report(step + 1)
    } catch {
      failure = error
      throw error
    }
  }

  /// Keeps the reports of the steps that all processes have told each other of, and hands them to the observer, with rows of the trajectory where
  /// they are due; writes a checkpoint where one is due, and ends the run where that is asked for, of several processes where any asks.
  func report(_ step: Int) throws {
    self.step = step
    let isDue = step < steps && checkpoints?.isDue(after: step) == true
    if ranks != nil, observer?.endsRun == true { endIsAsked = true }
    let wish: IslandRecord.Wish = endIsAsked ? .end : isDue ? .checkpoint : .none
    if let row = run.recordTrajectory(at: step) { rows.append(row) }
    let isMet = step == steps || checkpoints?.areMet(at: step) == true
    let (known, asked) = try levels.record(run, at: step, isMet: isMet, wish: wish)
    for level in known where try !report(level, levels.records(at: level)) { endIsAsked = true }
    let ends = asked == .end || (ranks == nil && endIsAsked)
    if let checkpoints, step < steps, ends || asked == .checkpoint { try writeCheckpoint(checkpoints) }
    guard !ends else { throw RunError.cancelled(step: step) }
  }

  /// Keeps the report of a level.
  ///
  /// - Returns: Whether the observer lets the run go on.
  private func report(_ level: Int, _ records: IslandRecords) throws -> Bool {
    let report = trace.append(records, step: level)
    if let row = rows.first, row.step == level {
      try show(rows.removeFirst(), records)
    }
    return observer?.didFinish(report, snapshot: { run.snapshot(at: level) }) ?? true
  }

  /// Makes the steps that are left, and what there is to know of them all.
  ///
  /// - Returns: The result; the same where it was asked for before.
  /// - Throws: `RunError`.
  public func finish() throws -> RunResult {
    if let outcome { return outcome }
    while !isAtEnd { try advance() }
    if let failure { throw failure }
    var result = RunResult(
      run, trace: trace.reports, wallSeconds: trace.elapsedSeconds, threads: run.pool.threads,
      preparation: preparation, pair: pair, checks: checks)
    if pairIsElsewhere { result.warnings.append(Self.unmeasured) }
    outcome = result
    return result
  }
}
