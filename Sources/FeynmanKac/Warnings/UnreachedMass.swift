import Foundation

/// What plain samples of the models weigh where a run has no particle.
///
/// Each stands for the share `w/(n Z)` of the target, as many as come from there, and so for a mode that is rare in the models and has much
/// of the target. Unbiased for the mass beyond the run's reach, so that it is seldom much more than that is.
/// - Source: derived in <doc:Trust>.
struct UnreachedMass: Sendable {
  /// The share of the target's mass that is there.
  let share: Double
  /// How many plain samples say so, of how many.
  let count: Int
  let samples: Int
  /// What log Z of all plain samples is above the run's by, in nats.
  let excess: Double

  /// Particles of the run that places are measured by, and those of them that tell how far apart they are.
  private static let (kept, probes) = (2048, 512)
  /// How much farther off than the loneliest of those particles a sample is that the run has not reached.
  private static let margin = 1.5

  /// - Returns: Nil where the run has no log Z.
  init?(_ plain: PlainSamples, _ result: RunResult) {
    guard let estimate = result.logNormalizer, let subset = ParticleSubset(result, atMost: Self.kept) else {
      return nil
    }
    let d = result.dimensions
    samples = plain.logWeights.count
    let offset = estimate.value + log(Double(samples))
    let masses = plain.logWeights.map { exp($0 - offset) }
    excess = log(masses.reduce(0, +))
    let places = zip(subset.rows, subset.weights).filter { $0.1 > 0 }.map { Int($0.0) }
    let particles = Places(result.samples, rows: places, dimensions: d, widths: Self.widths(plain.samples, d))
    let every = max(1, places.count / Self.probes)
    let loneliest: Float = stride(from: 0, to: places.count, by: every).reduce(0) {
      max($0, particles.squaredDistance(from: result.samples, row: places[$1], but: $1))
    }
    let reach = Float(Self.margin * Self.margin) * loneliest
    // A sample of next to no mass need not be looked for.
    let beyond = masses.indices.filter {
      masses[$0] > 1e-4 && particles.squaredDistance(from: plain.samples, row: $0) > reach
    }
    count = beyond.count
    let mass = beyond.reduce(0) { $0 + masses[$1] }
    share = mass / (1 + mass)
  }

  /// The standard deviation of each coordinate; 1 where there is none.
  private static func widths(_ samples: [Float], _ d: Int) -> [Float] {
    let count = Double(samples.count / d)
    return (0..<d).map { j in
      let column = stride(from: j, to: samples.count, by: d).lazy.map { Double(samples[$0]) }
      let mean = column.reduce(0, +) / count
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      return variance > 0 ? Float(variance.squareRoot()) : 1
    }
  }

  /// Some particles, in units of the data's widths.
  private struct Places {
    let points: [Float]
    let dimensions: Int
    let widths: [Float]

    init(_ samples: [Float], rows: [Int], dimensions d: Int, widths: [Float]) {
      dimensions = d
      self.widths = widths
      points = rows.flatMap { row in (0..<d).map { samples[row * d + $0] / widths[$0] } }
    }

    /// The least squared distance of a row from all of them, or from all others.
    func squaredDistance(from samples: [Float], row: Int, but left: Int? = nil) -> Float {
      let own = (0..<dimensions).map { samples[row * dimensions + $0] / widths[$0] }
      var least = Float.infinity
      for place in 0..<points.count / dimensions where place != left {
        var sum: Float = 0
        for j in 0..<dimensions {
          let difference = points[place * dimensions + j] - own[j]
          sum += difference * difference
          if sum >= least { break }
        }
        least = min(least, sum)
      }
      return least
    }
  }
}
