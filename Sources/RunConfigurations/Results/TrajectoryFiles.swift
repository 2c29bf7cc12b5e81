import FeynmanKac

/// Writes a run's trajectory while it samples, and passes its steps on to a monitor.
final class TrajectoryFiles: RunObserver {
  static let names = ["trajectory.npy", "trajectory_parents.npy", "trajectory_log_weights.npy"]

  private let states: NPYStream<Float>
  private let parents: NPYStream<Int32>
  private let logWeights: NPYStream<Double>
  private let monitor: any RunObserver

  /// - Parameter rows: How many rows there are already, of a run that goes on.
  /// - Throws: `FileError`, unwritable, or malformed where rows that should be there are not.
  init(
    _ shape: Sampler.Plan.TrajectoryShape, in results: ResultFolder, after rows: Int, monitor: any RunObserver
  ) throws(FileError) {
    func stream<Element: NPYElement>(_ index: Int, _ rest: [Int]) throws(FileError) -> NPYStream<Element> {
      try results.stream(Self.names[index], of: Element.self, [shape.rows, shape.slots] + rest, after: rows)
    }
    states = try stream(0, [shape.dimensions])
    parents = try stream(1, [])
    logWeights = try stream(2, [])
    self.monitor = monitor
  }

  /// The sums of the first rows of the files in a folder, in the order of their names; nil for one that has not so many, or is none of them.
  static func sums(_ shape: Sampler.Plan.TrajectoryShape, in folder: String, first rows: Int) -> [UInt32?] {
    let all = [shape.rows, shape.slots]
    let count = [rows, shape.slots].clampedProduct
    return [
      NPYStream<Float>.sum(
        of: "\(folder)/\(names[0])", shape: all + [shape.dimensions],
        first: [count, shape.dimensions].clampedProduct),
      NPYStream<Int32>.sum(of: "\(folder)/\(names[1])", shape: all, first: count),
      NPYStream<Double>.sum(of: "\(folder)/\(names[2])", shape: all, first: count),
    ]
  }

  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
    monitor.didFinish(step, snapshot: snapshot)
  }

  var endsRun: Bool { monitor.endsRun }

  func didRecord(_ row: TrajectoryRow) throws {
    try states.append(row.states)
    try parents.append(row.parents)
    try logWeights.append(row.logWeights)
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
