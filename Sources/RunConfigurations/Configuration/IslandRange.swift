/// A range of a config's islands as the command line has it: `0-15`, both of them included, or `3`.
package enum IslandRange {
  /// - Returns: Nil for another text.
  package static func range(_ text: String) -> Range<Int>? {
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
    guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") }) else { return nil }
    guard let first = ends[0], let last = ends[ends.count - 1], first <= last, last < 1 << 24 else {
      return nil
    }
    return first..<last + 1
  }

  /// The range with the word before it.
  package static func named(_ islands: Range<Int>) -> String {
    "\(islands.count == 1 ? "island" : "islands") \(text(islands))"
  }

  package static func text(_ islands: Range<Int>) -> String {
    islands.count == 1 ? "\(islands.lowerBound)" : "\(islands.lowerBound)-\(islands.upperBound - 1)"
  }
}
