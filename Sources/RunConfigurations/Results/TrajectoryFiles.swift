import FeynmanKac

/// Writes a run's trajectory while it samples, or what one of several processes has of it, and passes its steps on to a monitor.
final class TrajectoryFiles: TrajectoryWriter {
  static let names = ["trajectory.npy", "trajectory_parents.npy", "trajectory_log_weights.npy"]

  /// The names of the files beside a run's checkpoints that have what one of several processes recorded.
  ///
  /// - Parameter islands: Those of the process; nil where it has all that the run is of.
  static func names(of islands: Range<Int>?) -> [String] {
    guard let islands else { return names }
    return names.map { "\($0.dropLast(4)).\(islands.lowerBound)-\(islands.upperBound - 1).npy" }
  }

  /// Whether a file that is beside checkpoints is one of a trajectory.
  static func isName(_ name: String) -> Bool {
    names.contains { name == $0 || name.hasPrefix("\($0.dropLast(4)).") && name.hasSuffix(".npy") }
  }

  /// Where the files grow.
  enum Place {
    /// The folder of a run, whose results they are a part of.
    case results(ResultFolder)
    /// The folder of its checkpoints, with the names that files of some islands have there.
    case share(Range<Int>, CheckpointFolder, names: [String])
  }

  private let states: NPYStream<Float>
  private let parents: NPYStream<Int32>
  private let logWeights: NPYStream<Double>
  private let monitor: any RunObserver

  /// - Parameter former: The rows that there are already, of a run that goes on, with the sums of the files; nil for new files.
  /// - Throws: `FileError`, unwritable, or malformed where rows that should be there are not.
  init(
    _ shape: Sampler.Plan.TrajectoryShape, in place: Place, after former: (rows: Int, sums: [UInt32])?,
    monitor: any RunObserver
  ) throws(FileError) {
    func stream<Element: NPYElement>(_ index: Int, _ rest: [Int]) throws(FileError) -> NPYStream<Element> {
      switch place {
      case .results(let results):
        let size = [shape.slots] + rest
        return try results.stream(
          Self.names[index], of: Element.self, [shape.rows] + size, after: done(index, size))
      case .share(let islands, let folder, let names):
        let size = [shape.slots(of: islands).count] + rest
        return try folder.stream(
          names[index], of: Element.self, shape: [shape.rows] + size,
          after: done(index, size))
      }
    }
    func done(_ index: Int, _ size: [Int]) -> (Int, UInt32)? {
      former.map { (([$0.rows] + size).clampedProduct, $0.sums[index]) }
    }
    states = try stream(0, [shape.dimensions])
    parents = try stream(1, [])
    logWeights = try stream(2, [])
    self.monitor = monitor
  }

  /// The sums of the first rows of files, in the order of their names; nil for one that has not so many, or is none of them.
  ///
  /// - Parameter paths: States, parents and log-weights.
  static func sums(_ shape: Sampler.Plan.TrajectoryShape, slots: Int, of paths: [String], first rows: Int)
    -> [UInt32?]
  {
    let all = [shape.rows, slots]
    let count = [rows, slots].clampedProduct
    return [
      NPYStream<Float>.sum(
        of: paths[0], shape: all + [shape.dimensions], first: [count, shape.dimensions].clampedProduct),
      NPYStream<Int32>.sum(of: paths[1], shape: all, first: count),
      NPYStream<Double>.sum(of: paths[2], shape: all, first: count),
    ]
  }

  var sums: [UInt32] { [states.sum, parents.sum, logWeights.sum] }

  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
    monitor.didFinish(step, snapshot: snapshot)
  }

  var endsRun: Bool { monitor.endsRun }

  func didRecord(_ row: TrajectoryRow) throws {
    try append(states: row.states, parents: row.parents, logWeights: row.logWeights)
  }

  /// Writes the next row.
  ///
  /// - Throws: `FileError`, unwritable.
  func append(states: [Float], parents: [Int32], logWeights: [Double]) throws(FileError) {
    try self.states.append(states)
    try self.parents.append(parents)
    try self.logWeights.append(logWeights)
  }

  func willWriteCheckpoint() throws {
    try states.flush()
    try parents.flush()
    try logWeights.flush()
  }

  func didFailCheckpoint(_ error: FileError) { monitor.didFailCheckpoint(error) }

  /// - Throws: `FileError`, unwritable.
  func finish() throws(FileError) {
    try states.finish()
    try parents.finish()
    try logWeights.finish()
  }
}
