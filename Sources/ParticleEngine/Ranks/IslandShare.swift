/// Which of a run's islands one process has: all of them, or a few where several processes share the run.
package struct IslandShare: Sendable, Equatable {
  /// Its own, counted among all of the run.
  package let islands: Range<Int>
  /// How many islands the run has.
  package let total: Int

  /// - Parameter islands: Within `0..<total`, at least one; nil for all.
  package init(_ islands: Range<Int>? = nil, of total: Int) {
    self.islands = islands ?? 0..<total
    self.total = total
  }

  /// The first of its own.
  package var first: Int { islands.lowerBound }
  /// How many are its own.
  package var count: Int { islands.count }
  /// Whether nobody else has any.
  package var isWhole: Bool { count == total }
}
