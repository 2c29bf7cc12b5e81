// A run whose islands several processes share.

extension Sampler {
  /// Samples the islands of this process, and leaves their state beside the run's checkpoints, from which the first process makes the result of
  /// all islands by ``join(_:threads:observer:trajectory:)``.
  ///
  /// - Parameters:
  ///   - ranks: The processes, over which the islands are spread.
  ///   - particles: Those of the whole run, as `islands`.
  ///   - observer: Sees every step, once all processes have come so far, and is handed the rows of the trajectory that are of its islands, with
  ///     log-weights and parents as they are among all. Its snapshots are of the particles as they are then.
  ///   - checkpoints: The same for all processes.
  ///   - former: Where the run goes on from; nil for its start.
  /// - Throws: As a run; `RankError` where another process has ended.
  package func sampleShare(
    _ ranks: any RankGroup, particles: Int, islands: Int, seed: UInt64, threads: Int?,
    observer: (any RunObserver)?, checkpoints: CheckpointRule, from former: Checkpoint?
  ) throws {
    let run = try SteppedRun(
      self, particles: particles, islands: islands, seed: seed, threads: threads, observer: observer,
      checkpoints: checkpoints, share: ranks.share, ranks: ranks,
      from: former.map { .checkpoint($0) } ?? .start)
    while !run.isAtEnd { try run.makeStep() }
    try run.writeLast()
  }
}
