import Libc

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
    samples = plain.logWeights.count
    let offset = estimate.value + log(Double(samples))
    let masses = plain.logWeights.map { exp($0 - offset) }
    excess = log(masses.reduce(0, +))
    let places = zip(subset.rows, subset.weights).filter { $0.1 > 0 }.map { Int($0.0) }
    let particles = ScaledPoints(result.samples, rows: places, widths: plain.widths)
    let every = max(1, places.count / Self.probes)
    let loneliest: Float = stride(from: 0, to: places.count, by: every).reduce(0) {
      max($0, particles.nearest(to: result.samples, row: places[$1], but: $1).squaredDistance)
    }
    let reach = Float(Self.margin * Self.margin) * loneliest
    // A sample of next to no mass need not be looked for.
    let beyond = masses.indices.filter {
      masses[$0] > 1e-4 && particles.nearest(to: plain.samples, row: $0).squaredDistance > reach
    }
    count = beyond.count
    let mass = beyond.reduce(0) { $0 + masses[$1] }
    share = mass / (1 + mass)
  }
}
