import Foundation

// What a run tells the program that steps it.

extension ParticleRun {
  /// How many steps the run has.
  public var steps: Int { plan.steps }

  /// Whether every step is done.
  public var isAtEnd: Bool { step == steps }

  /// Makes the next step.
  ///
  /// - Throws: `RunError`, or what the model threw; the run cannot go on then.
  /// - Precondition: Not every step is done.
  public func advance() throws {
    precondition(!isAtEnd, "all \(steps) steps are done")
    try advance(step)
  }

  /// log Z so far, in nats, and how well it is known; see ``NormalizerEstimate``.
  public var logNormalizer: Estimate {
    NormalizerEstimate.merge(
      islandEstimates(), resampler: plan.resampling.resampler, threshold: plan.resampling.threshold)
  }

  /// The log-weights over all islands, `[N]`, in nats, normalised.
  public var logWeights: [Double] { normalizedLogWeights }

  /// The effective sample size of all islands together, from 1 to the number of particles, after the last resampling.
  public var effectiveSampleSize: Double {
    var merged = WeightMoments()
    for island in islands {
      var moments = island.moments
      guard moments.highest > -.infinity else { continue }
      moments.scale(byLog: island.logNormalizer)
      merged.merge(moments)
    }
    return effectiveSampleSize(merged)
  }

  /// How often each island has resampled.
  public var resampleCounts: [Int] { islands.map(\.resampleCount) }

  /// The weighted mean of a function of the particles, with its Monte Carlo standard error by the same independent groups as
  /// that of log Z: nil where log Z has none.
  ///
  /// - Parameter function: Of a particle's index, `0..<N`.
  public func expectation(_ function: (Int) -> Double) -> Estimate {
    let weights = normalizedLogWeights.map { exp($0) }
    let values = weights.indices.map { weights[$0] > 0 ? function($0) : 0 }
    let mean = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
    let evidence = logNormalizer
    let groups = evidence.standardErrorMethod == nil ? nil : influenceGroups
    return Estimate(
      value: mean, standardError: groups?.standardError { weights[$0] * (values[$0] - mean) },
      standardErrorMethod: evidence.standardErrorMethod, degreesOfFreedom: evidence.degreesOfFreedom,
      missingStandardError: evidence.missingStandardError)
  }

  /// Who descends from whom. Its slices are those that have ended, so it is whole at the end.
  ///
  /// - Precondition: Every step is done.
  public var lineages: Genealogy {
    precondition(isAtEnd, "step \(step) of \(steps): the genealogy is whole at the end")
    return recordedGenealogy
  }
}
