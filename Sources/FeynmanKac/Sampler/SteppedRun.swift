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
/// ``Sampler/run(particles:islands:seed:threads:observer:)`` is this run to its end, with the same bytes. It belongs to one
/// thread at a time.
public final class SteppedRun {
  private let run: SamplingRun
  private let pair: StepDoubling?
  private let preparation: RunPreparation
  private let checks: RunChecks
  private let observer: (any RunObserver)?
  private var trace: Trace
  /// Why the run cannot go on.
  private var failure: (any Error)?
  private var outcome: RunResult?
  /// The writer of checkpoints; nil where none are written.
  private let checkpoints: RunCheckpoints?

  /// Draws the particles of the start, or takes those of a checkpoint.
  init(
    _ sampler: Sampler, particles: Int, islands: Int, seed: UInt64, threads: Int?,
    observer: (any RunObserver)?, checkpoints rule: CheckpointRule? = nil, from checkpoint: Checkpoint? = nil
  ) throws {
    try sampler.checkAutomatic()
    try sampler.checkExtent(particles: particles, islands: islands)
    let threads = Processors.threadCount(threads)
    let first = try RunPlan(sampler, particles: particles, islands: islands)
    try Self.checkMemory(first, threads: threads)
    preparation = try RunPreparation(
      sampler, first, seed: seed, threads: threads, isCancelled: { observer?.endsRun ?? false })
    let (sampler, start) = (preparation.sampler, preparation.start)
    let pairParticles = sampler.pairParticles(of: particles)
    let plan = try RunPlan(
      sampler, particles: particles, islands: islands, role: pairParticles == particles ? .finer : .alone)
    try Self.checkMemory(plan, threads: threads)
    let streams = try RandomStreams(
      kind: sampler.generator, seed: seed, islands: islands, blocksPerIsland: plan.blocksPerIsland)
    checks = try RunChecks(plan, seed: seed, fit: start, plain: preparation.plain)
    let patience = rule == nil ? nil : EndingPatience()
    let runIsCancelled = observer.map { observer in
      { patience?.isOver(observer.endsRun) ?? observer.endsRun }
    }
    run = try SamplingRun(
      plan, streams: streams, start: start, threads: threads, isCancelled: runIsCancelled)
    self.observer = observer
    trace = Trace(plan)
    trace.reserve()
    pair =
      switch pairParticles {
      case nil: nil
      case particles: try StepDoubling(sampler, run)
      case let few?:
        try StepDoubling(
          beside: sampler, plan, start, particles: few, seed: seed, threads: threads,
          isCancelled: runIsCancelled)
      }
    if let pair, pair.isBeside { pair.fine.model.moves?.model = run.model.moves }
    checkpoints = try rule.map { try RunCheckpoints($0, digest: plan.digest, after: checkpoint) }
    if let checkpoint {
      try checkpoint.check(plan, digest: plan.digest, seed: seed)
      try exchange(checkpoint.state())
    } else {
      try run.begin()
      try pair?.begin()
      try report(0)
    }
  }

  /// Writes the state of the run to a checkpoint, or reads it back.
  private func exchange(_ state: StateExchange) throws {
    try trace.exchange(state)
    try run.streams.exchange(state)
    try state.within("run") { try run.exchange(state) }
    if let pair { try state.within("pair") { try pair.exchange(state) } }
  }

  /// What is missing at the end would end the process then.
  private static func checkMemory(_ plan: RunPlan, threads: Int) throws {
    let need = MemoryForecast(plan, threads: plan.threads(atMost: threads)).peak
    guard LargePages.canMap(need) else { throw ResourceError.noMemory(bytes: need) }
  }

  /// How many steps the path has; a pilot may have chosen it.
  public var steps: Int { run.plan.steps }

  /// How many steps are done, 0 to `steps`.
  public var step: Int { trace.reports.count - 1 }

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
    return trace.reports[step]
  }

  /// Keeps a step's report and hands it to the observer, with a row of the trajectory where one is due.
  private func report(_ step: Int) throws {
    let report = trace.append(run, step: step)
    if let row = run.recordTrajectory(at: step) { try observer?.didRecord(row) }
    let goesOn = observer?.didFinish(report, snapshot: { run.snapshot(at: step) }) ?? true
    if let checkpoints, step < run.plan.steps, !goesOn || checkpoints.isDue(after: step) {
      try writeCheckpoint(checkpoints)
    }
    guard goesOn else { throw RunError.cancelled(step: step) }
  }

  /// Writes the state of the run, which goes on where that cannot be done.
  private func writeCheckpoint(_ checkpoints: RunCheckpoints) throws {
    try observer?.willWriteCheckpoint()
    do { try checkpoints.write(run) { try exchange($0) } } catch let error as FileError {
      checkpoints.skip()
      observer?.didFailCheckpoint(error)
    }
  }

  /// Makes the steps that are left, and what there is to know of them all.
  ///
  /// - Returns: The result; the same where it was asked for before.
  /// - Throws: `RunError`.
  public func finish() throws -> RunResult {
    if let outcome { return outcome }
    while !isAtEnd { try advance() }
    if let failure { throw failure }
    let result = RunResult(
      run, trace: trace.reports, wallSeconds: trace.elapsedSeconds, threads: run.pool.threads,
      preparation: preparation, pair: pair, checks: checks)
    outcome = result
    return result
  }
}
