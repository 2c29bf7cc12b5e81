internal import CKernels

/// How many of the particles at the start still have descendants.
public enum SurvivingAncestors {
  /// The number of different ancestors.
  ///
  /// - Parameters:
  ///   - eves: For each particle the index at the start that it descends from, from `first ..< first + eves.count`.
  ///   - first: The index of the first particle, where an island does not begin at 0.
  /// - Complexity: O(*N*).
  public static func count<Index: FixedWidthInteger>(_ eves: [Index], startingAt first: Int = 0) -> Int {
    var isAlive = [Bool](repeating: false, count: eves.count)
    for eve in eves { isAlive[Int(eve) - first] = true }
    return isAlive.reduce(0) { $0 + ($1 ? 1 : 0) }
  }

  /// The same without allocating, on several threads.
  ///
  /// - Parameter marks: Scratch, one for each particle.
  package static func count(
    _ eves: UnsafePointer<Int32>, startingAt first: Int, marks: UnsafeMutablePointer<UInt8>,
    in chunks: ResamplingChunks
  ) -> Int {
    chunks.concurrently { _, chunk in
      let rows = chunks.rows(of: chunk)
      (marks + rows.lowerBound).update(repeating: 0, count: rows.count)
    }
    chunks.concurrently { _, chunk in
      let rows = chunks.rows(of: chunk)
      fk_mark(rows.count, eves + rows.lowerBound, Int32(truncatingIfNeeded: first), marks)
    }
    chunks.concurrently { _, chunk in
      var alive: Int32 = 0
      for row in chunks.rows(of: chunk) { alive &+= Int32(marks[row]) }
      chunks.tallies[chunk] = Int(alive)
    }
    return (0..<chunks.count).reduce(0) { $0 + chunks.tallies[$1] }
  }
}
