/// How many of the particles at the start still have descendants.
public enum SurvivingAncestors {
  /// The number of different ancestors.
  ///
  /// - Parameters:
  ///   - eves: For each particle the index at the start that it descends from, from `first ..< first + eves.count`.
  ///   - first: The index of the first particle, where an island does not begin at 0.
  /// - Complexity: O(*N*).
  public static func count<Index: FixedWidthInteger>(_ eves: [Index], startingAt first: Int = 0) -> Int {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: eves.count) { isAlive in
      eves.withUnsafeBufferPointer { count($0, startingAt: first, isAlive: isAlive.baseAddress!) }
    }
  }

  /// The same without allocating.
  ///
  /// - Parameter isAlive: Scratch, one for each particle.
  static func count<Index: FixedWidthInteger>(
    _ eves: UnsafeBufferPointer<Index>, startingAt first: Int, isAlive: UnsafeMutablePointer<UInt8>
  ) -> Int {
    isAlive.initialize(repeating: 0, count: eves.count)
    for eve in eves { isAlive[Int(eve) - first] = 1 }
    var count = 0
    for index in eves.indices { count += Int(isAlive[index]) }
    return count
  }
}
