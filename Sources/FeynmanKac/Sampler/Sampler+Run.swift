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
  ///   - checkpoints: When and where the state of the run is written; nil for never.
  /// - Throws: `SetupError` before the first step, `ResourceError` where the machine does not give what the run needs,
  ///   `RunError` after; `FileError` where a checkpoint cannot be written.
  public func run(
    particles: Int, islands: Int = 1, seed: UInt64, threads: Int? = nil, observer: (any RunObserver)? = nil,
    checkpoints: CheckpointRule? = nil
  ) throws -> RunResult {
    try SteppedRun(
      self, particles: particles, islands: islands, seed: seed, threads: threads, observer: observer,
      checkpoints: checkpoints
    ).finish()
  }

  /// Goes on from a checkpoint of the same sampler, to the bytes that the run would have had without an end between, for any number of
  /// threads.
  ///
  /// - Parameters:
  ///   - checkpoint: Such as ``Checkpoint/newest(in:)`` finds; its particles, islands and seed are the run's.
  ///   - threads: Nil for all cores that the process may use.
  ///   - observer: Sees every step that is left and may end the run.
  ///   - checkpoints: When and where the state of the run is written from here on; nil for never.
  /// - Throws: `FileError`, malformed, where the checkpoint is that of another run, version or kernel level; else as a run from the start.
  public func run(
    from checkpoint: Checkpoint, threads: Int? = nil, observer: (any RunObserver)? = nil,
    checkpoints: CheckpointRule? = nil
  ) throws -> RunResult {
    let all = 0..<checkpoint.islands
    // Before anything is made for the others.
    guard checkpoint.share == all else { throw checkpoint.isOfOthers(than: all) }
    return try SteppedRun(
      self, particles: checkpoint.particles, islands: checkpoint.islands, seed: checkpoint.seed,
      threads: threads, observer: observer, checkpoints: checkpoints, from: .checkpoint(checkpoint)
    ).finish()
  }

  /// Draws the particles of the start, for a run that the caller steps.
  ///
  /// - Parameters:
  ///   - particles: The total over all islands; a multiple of `islands`.
  ///   - islands: How many populations share the particles without exchange.
  ///   - seed: Any value, 0 included.
  ///   - threads: Nil for all cores that the process may use.
  ///   - observer: Sees every step and may end the run.
  /// - Throws: `SetupError`, `ResourceError` where the machine does not give what the run needs, `RunError` of the start.
  public func start(
    particles: Int, islands: Int = 1, seed: UInt64, threads: Int? = nil, observer: (any RunObserver)? = nil
  ) throws -> SteppedRun {
    try SteppedRun(
      self, particles: particles, islands: islands, seed: seed, threads: threads, observer: observer)
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
    guard needsPilot else { return nil }
    let first = try RunPlan(self, particles: particles, islands: islands)
    return try RunPreparation(
      self, first, seed: seed, threads: Processors.threadCount(threads), isCancelled: { false }
    ).pilot
  }
}
