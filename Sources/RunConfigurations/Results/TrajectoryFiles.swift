import FeynmanKac

/// Writes a run's trajectory while it samples, and passes its steps on to a monitor.
final class TrajectoryFiles: RunObserver {
  static let names = ["trajectory.npy", "trajectory_parents.npy", "trajectory_log_weights.npy"]

  private let states: NPYStream<Float>
  private let parents: NPYStream<Int32>
  private let logWeights: NPYStream<Double>
  private let monitor: any RunObserver

  /// - Throws: `FileError`, unwritable.
  init(_ shape: Sampler.Plan.TrajectoryShape, in results: ResultFolder, monitor: any RunObserver)
    throws(FileError)
  {
    let names = Self.names
    states = try results.stream(names[0], of: Float.self, [shape.rows, shape.slots, shape.dimensions])
    parents = try results.stream(names[1], of: Int32.self, [shape.rows, shape.slots])
    logWeights = try results.stream(names[2], of: Double.self, [shape.rows, shape.slots])
    self.monitor = monitor
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

  /// - Throws: `FileError`, unwritable.
  func finish() throws(FileError) {
    try states.finish()
    try parents.finish()
    try logWeights.finish()
  }
}
