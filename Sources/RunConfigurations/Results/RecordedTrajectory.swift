import FeynmanKac

/// A trajectory in memory, as its files have it.
package struct TrajectoryArrays {
  /// `[rows, particles, d]`.
  package let states: NPYArray<Float>
  /// `[rows, particles]`.
  package let parents: NPYArray<Int32>
  /// `[rows, particles]`, in nats.
  package let logWeights: NPYArray<Double>

  /// Reads those of a folder; nil where it has none.
  ///
  /// - Throws: `FileError`, malformed.
  package init?(reading folder: String) throws(FileError) {
    let paths = TrajectoryFiles.names.map { "\(folder)/\($0)" }
    do throws(FileError) { states = try NPYArray(file: paths[0]) } catch {
      guard error.kind == .missing else { throw error }
      return nil
    }
    parents = try NPYArray(file: paths[1])
    logWeights = try NPYArray(file: paths[2])
    let shape = states.shape
    guard shape.count == 3 else {
      throw FileError(.malformed, paths[0], "has shape \(shape); give [rows, particles, dimensions]")
    }
    for (path, found) in [(paths[1], parents.shape), (paths[2], logWeights.shape)]
    where found != Array(shape[..<2]) {
      throw FileError(.malformed, path, "has shape \(found); that of \(TrajectoryFiles.names[0]) is \(shape)")
    }
  }

  fileprivate init(states: NPYArray<Float>, parents: NPYArray<Int32>, logWeights: NPYArray<Double>) {
    self.states = states
    self.parents = parents
    self.logWeights = logWeights
  }
}

/// Keeps a run's trajectory, and passes its steps on to a monitor.
final class RecordedTrajectory: RunObserver {
  private let shape: Sampler.Plan.TrajectoryShape
  private let monitor: any RunObserver
  private var states: [Float] = []
  private var parents: [Int32] = []
  private var logWeights: [Double] = []

  init(_ shape: Sampler.Plan.TrajectoryShape, monitor: any RunObserver) {
    self.shape = shape
    self.monitor = monitor
    let count = [shape.rows, shape.slots].clampedProduct
    states.reserveCapacity([count, shape.dimensions].clampedProduct)
    parents.reserveCapacity(count)
    logWeights.reserveCapacity(count)
  }

  /// The memory in bytes that a trajectory of a shape takes.
  static func bytes(_ shape: Sampler.Plan.TrajectoryShape) -> Int {
    [shape.rows, shape.slots, 4 * shape.dimensions + 12].clampedProduct
  }

  /// All rows, once the run has ended.
  var arrays: TrajectoryArrays {
    let size = [shape.rows, shape.slots]
    return TrajectoryArrays(
      states: NPYArray(shape: size + [shape.dimensions], values: states),
      parents: NPYArray(shape: size, values: parents), logWeights: NPYArray(shape: size, values: logWeights))
  }

  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
    monitor.didFinish(step, snapshot: snapshot)
  }

  var endsRun: Bool { monitor.endsRun }

  func didRecord(_ row: TrajectoryRow) throws {
    states += row.states
    parents += row.parents
    logWeights += row.logWeights
  }

  func willWriteCheckpoint() throws { try monitor.willWriteCheckpoint() }

  func didFailCheckpoint(_ error: FileError) { monitor.didFailCheckpoint(error) }
}
