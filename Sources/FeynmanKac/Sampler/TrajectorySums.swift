internal import CKernels

/// Sums of the numbers of a trajectory that a run has handed to its observer so far, which tell whether files still hold these.
///
/// CRC-32C of the states, of the parents and of the log-weights, row after row.
struct TrajectorySums {
  var values: [UInt32] = [0, 0, 0]

  mutating func add(_ row: TrajectoryRow) {
    values[0] = Self.sum(row.states, after: values[0])
    values[1] = Self.sum(row.parents, after: values[1])
    values[2] = Self.sum(row.logWeights, after: values[2])
  }

  private static func sum<Element: BitwiseCopyable>(_ numbers: [Element], after sum: UInt32) -> UInt32 {
    numbers.withUnsafeBytes { bytes in
      bytes.baseAddress.map { fk_crc32c(sum, $0, bytes.count) } ?? sum
    }
  }
}

extension Checkpoint {
  /// The sums of the numbers in a trajectory's files, in their order: states, parents, log-weights.
  ///
  /// - Parameter part: The place among the checkpoint's files of the one that the trajectory was written beside.
  /// - Throws: `FileError`, malformed.
  package func trajectorySums(ofPart part: Int = 0) throws(FileError) -> [UInt32] {
    var sums: [UInt32] = []
    try StateExchange(from: reader(ofPart: part)).array(SteppedRun.trajectorySumsName, &sums)
    return sums
  }
}
