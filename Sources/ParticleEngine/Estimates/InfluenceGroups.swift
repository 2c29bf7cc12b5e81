/// The particles of a run in groups that are independent of one another: those of one ancestor, or with 8 islands and
/// more those whose ancestors are of one island.
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

  /// - Parameter ancestor: The index at the start that a particle descends from.
  package init(
    islands: Int, particles: Int, method: Estimate.StandardErrorMethod, ancestor: (Int) -> Int
  ) {
    switch method {
    case .islandSpread:
      let each = particles / islands
      group = (0..<particles).map { Int32(ancestor($0) / each) }
      count = islands
      factor = Double(islands) / Double(max(islands - 1, 1))
    case .leeWhiteley:
      group = (0..<particles).map { Int32(ancestor($0)) }
      count = particles
      factor = 1
    }
  }

  /// - Parameter influence: The influence of each particle, in the unit of the average; their sum should be 0.
  package func standardError(_ influence: (Int) -> Double) -> Double { spread(influence).standardError }

  /// A standard error and how well it is known.
  package struct Spread {
    /// One standard error, in the unit of the average.
    package let standardError: Double
    /// The degrees of freedom of the chi-squared distribution whose relative variance that of the squared standard error has, at least 1: as many as there
    /// are groups but one where their influences are normal, and few where few groups make most of it.
    /// - Source: Welch 1947 and Satterthwaite 1946, with the fourth moment from the influences themselves.
    package let degreesOfFreedom: Double
  }

  /// - Parameters:
  ///   - influence: The influence of each particle, in the unit of the average.
  ///   - each: What every group's influence is less than that of its particles, where these don't sum to 0.
  package func spread(less each: Double = 0, _ influence: (Int) -> Double) -> Spread {
    var sums = [Double](repeating: -each, count: count)
    for particle in group.indices { sums[Int(group[particle])] += influence(particle) }
    var (square, fourth) = (0.0, 0.0)
    for sum in sums {
      square += sum * sum
      fourth += sum * sum * sum * sum
    }
    // The relative variance of a mean of squares.
    let relative = square > 0 ? fourth / (square * square) - 1 / Double(count) : 0
    let most = Double(max(1, count - 1))
    return Spread(
      standardError: (factor * square).squareRoot(),
      degreesOfFreedom: relative > 0 ? min(most, max(1, 2 / relative)) : most)
  }
}
