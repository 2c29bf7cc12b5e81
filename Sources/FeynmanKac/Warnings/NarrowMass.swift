/// How many particles of the start a run's weight rests on at places that are much narrower than the rest of the data.
///
/// A run may reach a rare, narrow mode by one or two particles: then nothing is unreached, and their weights are too small as a rule, and
/// now and then far too large.
/// - Source: derived in <doc:Trust>.
struct NarrowMass: Sendable {
  /// The share of the target's mass there, by the plain samples or by the run, whichever says more.
  let share: Double
  /// `1/Σ Wₑ²` of the particles of the start that it comes from, by the weights that their descendants have there.
  let effectiveAncestors: Double

  /// Particles that are looked at.
  private static let kept = 4096

  /// - Returns: Nil where no plain sample is at such a place.
  init?(_ plain: PlainSamples, _ result: RunResult) {
    guard !plain.narrow.rows.isEmpty, let subset = ParticleSubset(result, atMost: Self.kept) else {
      return nil
    }
    let samples = ScaledPoints(plain.samples, rows: plain.logWeights.indices, widths: plain.widths)
    let narrow = Set(plain.narrow.rows)
    var weights: [Int64: Double] = [:]
    for (row, weight) in zip(subset.rows, subset.weights)
    where weight > 0 && narrow.contains(samples.nearest(to: result.samples, row: row).place) {
      weights[result.ancestors[row], default: 0] += weight
    }
    let found = weights.values.reduce(0, +)
    share = max(found, plain.narrow.share)
    effectiveAncestors = found > 0 ? found * found / weights.values.reduce(0) { $0 + $1 * $1 } : 0
  }
}
