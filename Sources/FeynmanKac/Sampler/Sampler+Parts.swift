// A run in parts: some of its islands here and now, the others elsewhere or later.

extension Sampler {
  /// Samples some of a run's islands, each as the whole run would, and writes a part from which, with the others, ``run(joining:threads:)`` makes
  /// the result of all.
  ///
  /// Where islands learn from each other on the way, under a control or moves, all of them are sampled, and the part still has those that were
  /// asked for alone.
  ///
  /// - Parameters:
  ///   - part: Which islands, of `0..<islands`.
  ///   - path: The file of the part, which is replaced.
  ///   - particles: The total over all islands of the run; a multiple of `islands`.
  ///   - islands: Those of the run.
  ///   - seed: Any value, the same for all parts.
  ///   - threads: Nil for all cores that the process may use.
  ///   - observer: Sees every step and may end the run.
  ///   - checkpoints: When and where the state is written; nil for never.
  /// - Returns: What the islands of the part tell alone.
  /// - Throws: `SetupError` before the first step, `ResourceError`, `RunError` after; `FileError` where the part cannot be written.
  public func run(
    part: Range<Int>, into path: String, particles: Int, islands: Int, seed: UInt64, threads: Int? = nil,
    observer: (any RunObserver)? = nil, checkpoints: CheckpointRule? = nil
  ) throws -> RunResult {
    try samplePart(
      part, particles: particles, islands: islands, seed: seed, threads: threads, observer: observer,
      checkpoints: checkpoints, from: nil
    ) { run in
      let identity = checkpoints?.identity ?? ""
      try FolderHandle.writePart(path) { try run.writePart($0, shownAs: path, of: part, identity: identity) }
      return path
    }
  }

  /// The result of all islands, from the parts in which they were sampled: the bytes of a run of all of them.
  ///
  /// - Parameters:
  ///   - parts: Of the same sampler; ``Checkpoint/init(parts:)`` joins their files.
  ///   - threads: Nil for all cores that the process may use.
  /// - Throws: `FileError`, malformed, where the parts are those of another run; `SetupError`, `ResourceError`, and `RunError` of a model.
  public func run(joining parts: Checkpoint, threads: Int? = nil) throws -> RunResult {
    try join(parts, threads: threads, observer: nil, trajectory: nil)
  }

  /// - Parameter trajectory: The parents and states of a row of the trajectory, as the parts recorded them, counted over the whole run.
  package func join(
    _ parts: Checkpoint, threads: Int?, observer: (any RunObserver)?,
    trajectory: ((_ row: Int) throws -> (parents: [Int32], states: [Float]))?
  ) throws -> RunResult {
    try SteppedRun(
      self, particles: parts.particles, islands: parts.islands, seed: parts.seed, threads: threads,
      observer: observer, from: .parts(parts, trajectory: trajectory)
    ).finish()
  }

  /// - Parameters:
  ///   - former: Where the islands' run goes on from; nil for its start.
  ///   - write: Writes the part and says where it is.
  package func samplePart(
    _ part: Range<Int>, particles: Int, islands: Int, seed: UInt64, threads: Int?,
    observer: (any RunObserver)?, checkpoints: CheckpointRule?, from former: Checkpoint?,
    _ write: (SteppedRun) throws -> String
  ) throws -> RunResult {
    let sampled = try sampledIslands(for: part, particles: particles, islands: islands)
    let written: String
    do {
      let run = try SteppedRun(
        self, particles: particles, islands: islands, seed: seed, threads: threads, observer: observer,
        checkpoints: checkpoints, share: sampled, shown: part, isPart: true,
        from: former.map { .checkpoint($0) } ?? .start)
      while !run.isAtEnd { try run.advance() }
      written = try write(run)
      if sampled == part { return try run.finish() }
    }
    return try SteppedRun(
      self, particles: particles, islands: islands, seed: seed, threads: threads, observer: nil, share: part,
      from: .parts(Checkpoint(written), trajectory: nil)
    ).finish()
  }

  /// The islands that have to be sampled for some of them to be as in the whole run.
  ///
  /// - Throws: `SetupError`, also for islands that there are not.
  package func sampledIslands(for part: Range<Int>, particles: Int, islands: Int) throws -> Range<Int> {
    guard !part.isEmpty, part.lowerBound >= 0, part.upperBound <= islands else {
      throw SetupError(
        "islands",
        "\(islands), of which \(Checkpoint.named(part)) are none; they count from 0 to \(islands - 1)")
    }
    guard islandExchange == nil || part.count == islands else {
      throw SetupError(
        "islandExchange",
        "\(Checkpoint.named(part)) of \(islands): islands that are exchanged are sampled together; use several processes of MPI in place of parts"
      )
    }
    var known = self
    if choosesSteps { known.steps = steps.counted(Pilot.maximumSteps) }
    return try RunPlan(known, particles: particles, islands: islands).islands(sampledFor: part)
  }
}
