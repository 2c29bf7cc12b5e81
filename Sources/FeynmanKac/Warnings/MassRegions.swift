/// How much of the target's mass is nearest to each of a list of places, held against where particles are.
///
/// Space is divided by whichever place has the highest density of its own. Any such division will do, as long as draws and
/// particles are divided alike.
/// - Source: derived in <doc:Trust>.
struct MassRegions: Sendable {
  private let places: GaussianTable
  /// The parts of the target's mass, adding up to 1.
  private let shares: [Double]

  /// Coordinates of places that are kept until a run ends.
  private static let largestSize = 50_000
  /// So many independent particles are expected where there are fewer than a tenth of them: for Poisson numbers that
  /// happens in 5 of a million.
  private static let expected = 15.0

  /// - Parameters:
  ///   - places: At least one.
  ///   - nearest: Which of them each draw is nearest to.
  ///   - weights: The weights of the draws, with any sum above 0.
  /// - Returns: Nil for a single place, which says nothing, and for too many.
  init?(_ places: GaussianTable, nearest: [Int], weights: [Double]) {
    guard places.count > 1, places.count * places.dimensions <= Self.largestSize else { return nil }
    var sums = [Double](repeating: 0, count: places.count)
    for (place, weight) in zip(nearest, weights) { sums[place] += weight }
    let total = sums.reduce(0, +)
    self.places = places
    shares = sums.map { $0 / total }
  }

  /// The share of the target's mass around places where there is less than a tenth of the particles that should be.
  ///
  /// - Parameters:
  ///   - particles: Some of a run's.
  ///   - signal: What the places' coordinates are multiplied by to be those of the samples.
  ///   - independent: How many independent particles these are worth.
  func emptyShare(_ particles: ParticleSubset, signal: Double, independent: Double) -> Double {
    let d = places.dimensions
    var held = [Double](repeating: 0, count: places.count)
    var point = [Float](repeating: 0, count: d)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * places.count) { scratch in
      let (squares, logDensities) = (scratch.baseAddress!, scratch.baseAddress! + places.count)
      for (row, weight) in zip(particles.rows, particles.weights) {
        for j in 0..<d { point[j] = Float(Double(particles.samples[row * d + j]) / signal) }
        held[places.evaluate(at: point, squares: squares, logDensities: logDensities)] += weight
      }
    }
    return shares.indices.reduce(0) { sum, place in
      let isEmpty = shares[place] * independent >= Self.expected && held[place] < 0.1 * shares[place]
      return isEmpty ? sum + shares[place] : sum
    }
  }
}
