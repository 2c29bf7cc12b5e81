import Foundation

/// How much of the target's mass is nearest to each of a list of places, held against where particles are.
///
/// Space is divided by whichever place has the highest density of its own. Any such division will do, as long as draws and
/// particles are divided alike.
/// - Source: derived in <doc:Trust>.
struct MassRegions: Sendable {
  private let places: [GaussianMass]
  /// Of the target's mass, adding up to 1.
  private let shares: [Double]

  /// Coordinates of places that are kept until a run ends, and comparisons of coordinates there.
  private static let largestSize = 50_000
  private static let comparisons = 200_000
  /// So many independent particles are expected where there are fewer than a tenth of them: for Poisson numbers that
  /// happens in 5 of a million.
  private static let expected = 15.0

  /// - Parameters:
  ///   - places: At least one.
  ///   - nearest: Which of them each draw is nearest to.
  ///   - weights: Of the draws, with any sum above 0.
  /// - Returns: Nil for a single place, which says nothing, and for too many.
  init?(_ places: [GaussianMass], nearest: [Int], weights: [Double]) {
    guard places.count > 1, places.count * places[0].mean.count <= Self.largestSize else { return nil }
    var sums = [Double](repeating: 0, count: places.count)
    for (place, weight) in zip(nearest, weights) { sums[place] += weight }
    let total = sums.reduce(0, +)
    self.places = places
    shares = sums.map { $0 / total }
  }

  /// The share of the target's mass around places where there is less than a tenth of the particles that should be.
  ///
  /// - Parameters:
  ///   - samples: Row-major `[n, d]`, in the places' own coordinates times `signal`.
  ///   - logWeights: Normalised, `[n]`.
  ///   - independent: How many independent particles all of these are worth.
  func emptyShare(_ samples: [Float], signal: Double, logWeights: [Double], independent: Double) -> Double {
    let d = places[0].mean.count
    let stride = max(1, (logWeights.count * places.count * d + Self.comparisons - 1) / Self.comparisons)
    let rows = Swift.stride(from: 0, to: logWeights.count, by: stride)
    var held = [Double](repeating: 0, count: places.count)
    var point = [Float](repeating: 0, count: d)
    for row in rows {
      for j in 0..<d { point[j] = Float(Double(samples[row * d + j]) / signal) }
      held[point.withUnsafeBufferPointer { nearest($0.baseAddress!) }] += exp(logWeights[row])
    }
    let total = held.reduce(0, +)
    let count = independent / Double(stride)
    guard total > 0 else { return 0 }
    return places.indices.reduce(0) { sum, place in
      let isEmpty = shares[place] * count >= Self.expected && held[place] < 0.1 * shares[place] * total
      return isEmpty ? sum + shares[place] : sum
    }
  }

  private func nearest(_ point: UnsafePointer<Float>) -> Int {
    var best = (index: 0, logDensity: -Double.infinity)
    for index in places.indices {
      let logDensity = places[index].logDensity(point)
      if logDensity > best.logDensity { best = (index, logDensity) }
    }
    return best.index
  }
}
