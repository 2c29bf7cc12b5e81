/// Seeds as the command line spells them: `0-4`, `1,5,9`, or both mixed.
package enum SeedList {
  /// The seeds in the order that they are given.
  ///
  /// - Parameter limit: More are refused, before they are counted out.
  package static func seeds(_ text: String, limit: Int) throws(ValueList.Fault) -> [UInt64] {
    var seeds: [UInt64] = []
    var known: Set<UInt64> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range = try range(part)
      guard range.upperBound - range.lowerBound < UInt64(clamping: limit - seeds.count) else {
        throw ValueList.Fault(problem: "more than \(limit) seeds")
      }
      for seed in range {
        guard known.insert(seed).inserted else { throw ValueList.Fault(problem: "\(seed) is given twice") }
        seeds.append(seed)
      }
    }
    return seeds
  }

  private static func range(_ part: Substring) throws(ValueList.Fault) -> ClosedRange<UInt64> {
    let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(number)
    guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1] else {
      throw ValueList.Fault(problem: "'\(part)' is no seed; give whole numbers such as 1,5,9 or 0-4")
    }
    guard first <= last else { throw ValueList.Fault(problem: "\(part) runs backwards") }
    return first...last
  }

  /// Digits alone, of at most 64 bits.
  private static func number(_ text: Substring) -> UInt64? {
    text.allSatisfy { $0.isASCII && $0.isNumber } ? UInt64(text) : nil
  }
}
