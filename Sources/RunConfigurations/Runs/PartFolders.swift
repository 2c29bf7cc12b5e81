import FeynmanKac

/// The folders of parts of one run, each of some islands, and the run that they are made into.
package struct PartFolders {
  private let folders: [String]
  private let parts: Checkpoint

  /// Whether a folder holds a part.
  package static func isPart(_ folder: String) -> Bool { FileIdentity(path: partPath(in: folder)) != nil }

  private static func partPath(in folder: String) -> String { "\(folder)/\(ResultFolder.partName)" }

  /// - Parameter folders: In any order; at least one.
  /// - Throws: `FileError` where islands are missing or in two folders, or where folders are of different runs.
  package init(_ folders: [String]) throws(FileError) {
    parts = try Checkpoint(parts: folders.map { Self.partPath(in: $0) })
    self.folders = parts.paths.map { String($0.dropLast(ResultFolder.partName.count + 1)) }
  }

  /// The path of the config that all of them are of.
  package var config: String { "\(folders[0])/\(ResultFolder.configName)" }

  /// Refuses a config that is not the one that the parts were sampled by.
  ///
  /// - Throws: `CommandFailure`.
  package func check(_ run: PreparedRun) throws {
    if let other = parts.otherSystem { throw CommandFailure(.badData, "\(parts.path): \(other)") }
    guard parts.identity != run.identity else { return }
    let former = ConfigurationSchema.settings(parts.identity)
    let own = ConfigurationSchema.settings(run.identity)
    let difference = former.flatMap { former in own.flatMap { SettingDifference.first(from: former, to: $0) }
    }
    throw CommandFailure(
      .badData, "\(parts.path) is of another config than \(config): \(difference ?? "its text differs")")
  }

  /// The result of all islands.
  ///
  /// - Parameter monitor: Is handed the rows of the trajectory.
  /// - Throws: `FileError`, malformed; `RunError` of a model.
  func join(_ sampler: Sampler, threads: Int?, monitor: (any RunObserver)?) throws -> RunResult {
    let trajectories =
      try sampler.trajectory == nil
      ? []
      : folders.indices.map {
        try PartTrajectory(in: folders[$0], expecting: parts.trajectorySums(ofPart: $0))
      }
    let each = parts.particles / parts.islands
    return try sampler.join(
      parts, threads: threads, observer: monitor,
      trajectory: trajectories.isEmpty
        ? nil
        : { row in
          var parents: [Int32] = []
          var states: [Float] = []
          for (part, islands) in zip(trajectories, parts.shares) {
            parents += try part.parents(
              of: row, first: islands.lowerBound * each, count: islands.count * each)
            states += try part.states.row(row)
          }
          return (parents, states)
        })
  }
}

/// The trajectory of a part.
private struct PartTrajectory {
  let states: NPYRows<Float>
  private let parents: NPYRows<Int32>
  private let path: String

  /// - Parameter sums: What the numbers of the files came to when they were written.
  /// - Throws: `FileError`, missing, or malformed where they are others now.
  init(in folder: String, expecting sums: [UInt32]) throws(FileError) {
    let statesPath = "\(folder)/\(TrajectoryFiles.names[0])"
    states = try NPYRows(statesPath)
    path = "\(folder)/\(TrajectoryFiles.names[1])"
    parents = try NPYRows(path)
    let found = [
      (
        statesPath,
        NPYStream<Float>.sum(of: statesPath, shape: states.shape, first: states.shape.clampedProduct)
      ),
      (path, NPYStream<Int32>.sum(of: path, shape: parents.shape, first: parents.shape.clampedProduct)),
    ]
    for (index, (path, sum)) in found.enumerated() where !sums.indices.contains(index) || sum != sums[index] {
      throw FileError(
        .malformed, path, "is damaged: its numbers are not those that \(ResultFolder.partName) goes with")
    }
  }

  /// The parents of a row, counted over all particles of the run.
  ///
  /// - Parameters:
  ///   - first: The number of the part's first particle among these.
  ///   - count: How many the part has.
  func parents(of row: Int, first: Int, count: Int) throws(FileError) -> [Int32] {
    let own = try parents.row(row)
    guard own.allSatisfy({ $0 >= 0 && Int($0) < count }) else {
      throw FileError(.malformed, path, "names particles that there are not")
    }
    return own.map { Int32(clamping: Int($0) + first) }
  }
}
