extension Sampler {
  /// Samples the target.
  ///
  /// - Parameters:
  ///   - particles: The total over all islands; a multiple of `islands`.
  ///   - islands: How many populations share the particles without exchange; from 8 on, their spread gives log Z its
  ///     standard error.
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
