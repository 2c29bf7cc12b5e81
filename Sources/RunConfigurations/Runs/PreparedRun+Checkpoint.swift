import FeynmanKac

extension PreparedRun {
  /// What a run does beside the checkpoint of another one.
  package enum OtherCheckpoint {
    case refuses, begins
  }

  /// Whether a folder holds this very run, done.
  ///
  /// - Throws: `CommandFailure` where it holds another.
  package func isWhole(in folder: String) throws -> Bool {
    switch try StoredRun(in: folder, expecting: resolved, part: configuration.part) {
    case .whole: true
    case .missing, .unfinished: false
    case .different(let difference):
      throw CommandFailure(.cannotWrite, "\(folder) \(difference); give --overwrite or another folder")
    }
  }

  /// The newest checkpoint of this run in a folder that is ours; nil, to begin at the start, where there is none.
  ///
  /// - Returns: It, and what a user should know, a line each.
  /// - Throws: `CommandFailure` where there is one of another run, and that is refused.
  package func checkpoint(
    in results: ResultFolder, orElse other: OtherCheckpoint
  ) throws -> (checkpoint: Checkpoint?, notes: [String]) {
    let folder = results.path
    let (found, problems) = Checkpoint.newest(in: results.checkpointsPath)
    var notes = problems.map { "fkc: \($0)" }
    let reason: String
    if let found {
      if !problems.isEmpty { notes.append("fkc: the other checkpoint is taken") }
      let difference = difference(from: found)
      let lost = difference == nil ? try lostFile(in: folder, of: found) : nil
      if difference == nil, lost == nil { return (found, notes) }
      if let difference, other == .refuses {
        throw CommandFailure(
          .cannotWrite,
          "\(folder) holds the checkpoint of another run: \(difference); give --overwrite or another folder")
      }
      reason =
        difference.map { "\(folder) holds the checkpoint of another run (\($0))" }
        ?? "\(lost ?? folder), which the checkpoint goes with"
    } else if problems.isEmpty {
      return (nil, [])
    } else {
      reason = "no checkpoint is whole"
    }
    results.forgetCheckpoints()
    return (nil, notes + ["fkc: \(reason); the run begins at its start"])
  }

  /// A file of the trajectory that is not beside the checkpoints as it was left, with what is wrong; nil where all are.
  private func lostFile(in folder: String, of checkpoint: Checkpoint) throws(FileError) -> String? {
    let path = ResultFolder.checkpointsPath(in: folder)
    guard let shape = plan.trajectory, let checkpoints = CheckpointFolder(at: path) else { return nil }
    for (part, islands) in checkpoint.shares.enumerated() {
      let names = TrajectoryFiles.names(of: checkpoint.isShared ? islands : nil)
      if let missing = names.first(where: { !checkpoints.holds($0) }) {
        return "\(path)/\(missing) is missing"
      }
      let found = TrajectoryFiles.sums(
        shape, slots: checkpoint.isShared ? shape.slots(of: islands).count : shape.slots,
        of: names.map { "\(path)/\($0)" }, first: trajectoryRows(at: checkpoint))
      let expected = try checkpoint.trajectorySums(ofPart: part)
      let damaged = zip(names, found.indices).first { _, index in
        !expected.indices.contains(index) || found[index] != expected[index]
      }
      if let damaged { return "\(path)/\(damaged.0) is damaged" }
    }
    return nil
  }

  /// The files of the trajectory of some of the run's islands, with the rows that there are at a checkpoint; nil where the run has no trajectory.
  ///
  /// - Parameters:
  ///   - checkpoint: Nil for a run from its start.
  ///   - folder: The run's.
  /// - Throws: `FileError`.
  func trajectory(
    of islands: Range<Int>, in place: TrajectoryFiles.Place, from checkpoint: Checkpoint?, folder: String,
    monitor: any RunObserver
  ) throws(FileError) -> TrajectoryFiles? {
    guard let shape = plan.trajectory else { return nil }
    guard let checkpoint else { return try TrajectoryFiles(shape, in: place, after: nil, monitor: monitor) }
    let rows = trajectoryRows(at: checkpoint)
    if let part = checkpoint.shares.firstIndex(of: islands) {
      let sums = try checkpoint.trajectorySums(ofPart: part)
      return try TrajectoryFiles(shape, in: place, after: (rows, sums), monitor: monitor)
    }
    let files = try TrajectoryFiles(shape, in: place, after: nil, monitor: monitor)
    let shares = try TrajectoryShares(
      shape, rows, of: checkpoint, in: ResultFolder.checkpointsPath(in: folder))
    try shares.copy(shape.slots(of: islands), to: files)
    return files
  }

  /// How many rows of the trajectory there are at a checkpoint; none where the run has none.
  private func trajectoryRows(at checkpoint: Checkpoint) -> Int {
    guard let all = plan.trajectory?.rows, let trajectory = configuration.sampler.trajectory else { return 0 }
    return checkpoint.step == checkpoint.steps ? all : checkpoint.step / trajectory.everySteps + 1
  }

  /// What differs from the run of a checkpoint; nil where nothing does.
  private func difference(from checkpoint: Checkpoint) -> String? {
    if let other = checkpoint.otherSystem { return other }
    guard checkpoint.identity != checkpointIdentity else { return nil }
    guard let former = ConfigurationSchema.settings(checkpoint.identity),
      let own = ConfigurationSchema.settings(identity)
    else {
      return "its config is none of this version"
    }
    return SettingDifference.first(from: former, to: own)
      ?? "it is of \(IslandRange.named(checkpoint.share)), and this run samples "
      + (configuration.part.map(IslandRange.named) ?? "all islands")
  }
}
