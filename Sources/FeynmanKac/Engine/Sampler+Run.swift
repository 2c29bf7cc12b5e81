extension Sampler {
  /// Samples the target.
  ///
  /// - Parameters:
  ///   - particles: The total over all islands; a multiple of `islands`.
  ///   - islands: How many populations share the particles without exchange; from 8 on, their spread gives log Z its
  ///     standard error.
  ///   - seed: Any value, 0 included. The same seed gives the same bytes, for any number of threads.
  ///   - threads: Nil for all cores that the process may use; more than there are blocks of particles are not used.
  ///   - observer: Sees every step and may end the run.
  /// - Throws: `SetupError` before the first step, `ResourceError` where the machine does not give what the run needs,
  ///   `RunError` after.
  public func run(
    particles: Int, islands: Int = 1, seed: UInt64, threads: Int? = nil, observer: (any RunObserver)? = nil
  ) throws -> RunResult {
    try checkAutomatic()
    try checkExtent(particles: particles, islands: islands)
    let threads = Self.threadCount(threads)
    let pilot = try pilot(
      particles: particles, islands: islands, seed: seed, threads: threads,
      isCancelled: { observer?.endsRun ?? false })
    let sampler = pilot.map(with) ?? self
    let isDoubling = stepSizeError == .doubling
    let plan = try RunPlan(
      sampler, particles: particles, islands: islands, role: isDoubling ? .finer : .alone)
    // What is missing at the end would end the process then.
    let need = MemoryForecast(plan, threads: plan.threads(atMost: threads)).peak
    guard LargePages.canMap(need) else { throw ResourceError.noMemory(bytes: need) }
    let streams = try RandomStreams(
      kind: generator, seed: seed, islands: islands, blocksPerIsland: plan.blocksPerIsland)
    // Before the run takes its memory.
    let checks = try RunChecks(plan, seed: seed)
    let run = try SamplingRun(
      plan, streams: streams, threads: threads, isCancelled: observer.map { observer in { observer.endsRun } }
    )
    var trace = Trace(plan)
    trace.reserve()
    let pair = isDoubling ? try StepDoubling(sampler, run) : nil
    try run.begin()
    try pair?.begin()
    try trace.append(run, step: 0, observer)
    for step in 0..<plan.steps {
      try run.advance(step)
      _ = try pair?.advance(after: step)
      try trace.append(run, step: step + 1, observer)
    }
    let seconds = trace.elapsedSeconds
    return RunResult(
      run, trace: trace.reports, wallSeconds: seconds, threads: run.pool.threads, pilot: pilot, pair: pair,
      checks: checks)
  }

  /// What a pilot chooses for a run; nil where no setting is left to one.
  ///
  /// - Parameters:
  ///   - particles: Those of the run, on which the tolerance depends.
  ///   - islands: Those of the run.
  ///   - seed: That of the run; the same seed gives the same choice, for any number of threads.
  ///   - threads: Nil for all cores.
  /// - Throws: `SetupError`, also where no number of steps will do; `RunError` of a model.
  public func pilot(particles: Int, islands: Int = 1, seed: UInt64, threads: Int? = nil) throws -> Pilot? {
    try checkAutomatic()
    return try pilot(
      particles: particles, islands: islands, seed: seed, threads: Self.threadCount(threads),
      isCancelled: { false })
  }

  private func pilot(
    particles: Int, islands: Int, seed: UInt64, threads: Int, isCancelled: @escaping () -> Bool
  ) throws -> Pilot? {
    guard needsPilot else { return nil }
    _ = try RunPlan(self, particles: particles, islands: islands)
    var search = PilotSearch(self, particles: particles, seed: seed, threads: threads)
    return try search.choose(isCancelled: isCancelled)
  }
}
