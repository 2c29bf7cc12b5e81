// Where a run begins, and what of it is written for others to go on from.

extension SteppedRun {
  /// Where a run begins.
  enum Origin {
    /// The particles are drawn.
    case start
    /// The run goes on after the step of a checkpoint.
    case checkpoint(Checkpoint)
    /// The islands were sampled in parts, and all is at its end. A row of the trajectory has the parents and states that they recorded.
    case parts(Checkpoint, trajectory: ((_ row: Int) throws -> (parents: [Int32], states: [Float]))?)

    var checkpoint: Checkpoint? { if case .checkpoint(let former) = self { former } else { nil } }

    /// What there is of the run before it begins; nil at the start.
    var state: Checkpoint? {
      switch self {
      case .start: nil
      case .checkpoint(let state), .parts(let state, _): state
      }
    }
  }

  func begin(at origin: Origin, seed: UInt64) throws {
    let plan = run.diffusionPlan
    switch origin {
    case .start:
      try run.begin()
      try pair?.begin()
      try report(0)
    case .checkpoint(let checkpoint):
      try checkpoint.check(plan, digest: digest, seed: seed)
      let state = checkpoint.state(of: run.plan.share.islands)
      try exchangeReports(state)
      try exchange(state)
      try check(checkpoint)
      step = checkpoint.step
    case .parts(let parts, let trajectory):
      try parts.check(plan, digest: digest, seed: seed)
      let state = parts.state(of: run.plan.share.islands)
      if parts.hasLevels {
        try rebuildTrace(from: state, trajectory)
      } else {
        try trace.exchange(state)
      }
      try exchange(state)
      try check(parts)
      step = parts.step
    }
  }

  /// Refuses a state whose records are of different steps: the next step would be none that the run has.
  private func check(_ state: Checkpoint) throws(FileError) {
    let pairStep = pair.map { $0.failure == nil && $0.isBeside ? $0.fine.step : run.step }
    guard trace.reports.count == state.step + 1, run.step == state.step, pairStep ?? run.step == run.step
    else {
      throw FileError(.malformed, state.path, "has records of different steps")
    }
  }

  /// Makes the reports of all islands from what parts recorded, and hands their trajectories on.
  private func rebuildTrace(
    from state: StateExchange, _ trajectory: ((Int) throws -> (parents: [Int32], states: [Float]))?
  ) throws {
    let weights = try state.arrays("trajectory", of: Double.self).map(\.values)
    for level in 0...steps {
      try levels.exchange(state, at: level)
      _ = trace.append(levels.records, step: level)
      if let trajectory { try show(trajectory, weights, at: level) }
    }
    try trace.exchangeSeconds(state, islands: run.plan.islands)
  }

  /// Writes what was found of the levels so far to a checkpoint, or reads it back; at the end that is what a part is made of.
  private func exchangeReports(_ state: StateExchange) throws {
    try trace.exchange(state)
    if !state.isReading {
      var sums = (observer as? any TrajectoryWriter)?.sums ?? []
      try state.array(TrajectorySums.record, &sums)
    }
    guard levels.areKept else { return }
    for level in trace.reports.indices { try levels.exchange(state, at: level) }
    try state.array("trajectory", &trajectoryWeights)
    try trace.exchangeSeconds(state, islands: run.plan.islands)
  }

  /// Writes all that a file has beside its head.
  private func write(_ state: StateExchange) throws {
    // One file of several processes has it for all.
    if run.plan.share.first == 0 || levels.areKept { try state.array(RunFindings.record, &findings) }
    try exchangeReports(state)
    try exchange(state)
  }

  /// Writes the state of the run to a checkpoint, or reads it back.
  private func exchange(_ state: StateExchange) throws {
    try run.streams.exchange(state)
    try state.within("run") { try run.exchange(state) }
    guard let pair else { return }
    if !pair.isBeside {
      try state.within("pair") { try pair.exchange(state) }
    } else if state.includes(island: 0) {
      try state.beside("pair") { try pair.exchange($0) }
    }
  }

  /// Writes the state of a run that is done, as a part from which, with the others, the result of all islands is made.
  ///
  /// - Parameters:
  ///   - file: The descriptor of an empty file.
  ///   - path: What errors call it.
  ///   - islands: The islands that the part is of, counted over the whole run.
  ///   - identity: Anything that says which run this is.
  /// - Throws: `FileError`, unwritable.
  package func writePart(
    _ file: CInt, shownAs path: String, of islands: Range<Int>, identity: String
  ) throws {
    precondition(isAtEnd && outcome == nil, "a part is written at the end, before the result is made")
    let first = run.plan.share.first
    let own = islands.lowerBound - first..<islands.upperBound - first
    let writer = StateFileWriter(file, shownAs: path)
    let state = StateExchange(to: writer, islands: own)
    try CheckpointFile.write(
      state, run, share: islands, of: islands, hasLevels: true, number: 0, identity: identity, digest: digest)
    try write(state)
    try writer.finish()
  }

  /// Writes the state of a run that is done beside its checkpoints, from which, with those of other processes, the result of all islands is made.
  ///
  /// - Throws: `FileError`, unwritable; `RankError` where another process has ended.
  func writeLast() throws {
    precondition(isAtEnd && outcome == nil, "the last state is written at the end, before the result is made")
    try observer?.willWriteCheckpoint()
    try checkpoints?.write(run, write)
    // All are there before anybody reads them.
    _ = try ranks?.gather(Int64(step))
  }

  /// Writes the state of the run, which goes on where that cannot be done.
  func writeCheckpoint(_ checkpoints: RunCheckpoints) throws {
    try observer?.willWriteCheckpoint()
    do {
      try checkpoints.write(run, write)
    } catch let error as FileError {
      checkpoints.skip()
      observer?.didFailCheckpoint(error)
    }
    // It is whole once all have written.
    _ = try ranks?.gather(Int64(step))
  }
}
