/// How many of the particles at the start still have descendants.
public enum SurvivingAncestors {
  /// The number of different ancestors.
  ///
  /// - Parameters:
  ///   - eves: For each particle the index at the start that it descends from, from `first ..< first + eves.count`.
  ///   - first: The index of the first particle, where an island does not begin at 0.
  public static func count<Index: FixedWidthInteger>(
    _ eves: UnsafeBufferPointer<Index>, startingAt first: Int = 0
  ) -> Int {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: eves.count) { isAlive in
      isAlive.initialize(repeating: 0)
      for eve in eves { isAlive[Int(eve) - first] = 1 }
      var count = 0
      for alive in isAlive { count += Int(alive) }
      return count
    }
  }

  /// The number of different ancestors.
  public static func count<Index: FixedWidthInteger>(_ eves: [Index], startingAt first: Int = 0) -> Int {
    eves.withUnsafeBufferPointer { count($0, startingAt: first) }
  }
}
