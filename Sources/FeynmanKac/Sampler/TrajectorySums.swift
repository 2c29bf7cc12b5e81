/// An observer that writes the trajectory to files beside a run's checkpoints.
package protocol TrajectoryWriter: RunObserver {
  /// Sums of what it has written so far, a number a file, which checkpoints keep: they tell whether files still hold it.
  var sums: [UInt32] { get }
}

/// The sums in a checkpoint.
enum TrajectorySums {
  /// The name that they have there.
  static let record = "trajectory sums"
}

extension Checkpoint {
  /// The sums of the numbers in a trajectory's files, in their order: states, parents, log-weights.
  ///
  /// - Parameter part: The place among the checkpoint's files of the one that the trajectory was written beside.
  /// - Throws: `FileError`, malformed.
  package func trajectorySums(ofPart part: Int) throws(FileError) -> [UInt32] {
    var sums: [UInt32] = []
    try StateExchange(from: reader(ofPart: part)).array(TrajectorySums.record, &sums)
    return sums
  }
}
