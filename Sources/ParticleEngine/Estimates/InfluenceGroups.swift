/// The particles of a run in groups that are independent of one another: those of one ancestor, or with 8 islands and
/// more those of one island.
///
/// An average moves by the sum of what its particles move it by, their influences, and its variance is the sum of the
/// squares of these sums over groups.
/// - Source: Chan & Lai 2013, "A general theory of particle filters in hidden Markov models and some applications", for
///   the ancestors.
package struct InfluenceGroups {
  private let group: [Int32]
  private let count: Int
  /// `K/(K−1)` for islands.
  private let factor: Double

  /// - Parameter ancestors: The index at the start that each particle descends from; asked only where they are the groups.
  package init(
    islands: Int, particles: Int, method: Estimate.StandardErrorMethod, ancestors: () -> [Int32]
  ) {
    switch method {
    case .islandSpread:
      let each = particles / islands
      group = (0..<particles).map { Int32($0 / each) }
      count = islands
      factor = Double(islands) / Double(max(islands - 1, 1))
    case .leeWhiteley:
      group = ancestors()
      count = particles
      factor = 1
    }
  }

  /// - Parameter influence: The influence of each particle, in the unit of the average; their sum should be 0.
  package func standardError(_ influence: (Int) -> Double) -> Double {
    var sums = [Double](repeating: 0, count: count)
    for particle in group.indices { sums[Int(group[particle])] += influence(particle) }
    return (factor * sums.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
