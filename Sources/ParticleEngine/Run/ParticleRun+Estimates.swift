import Libc

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
  ///
  /// The spread of islands is no standard error where the weight of each descends from hardly more than one particle of its
  /// start: then all are low together. Of 3,864 runs of a bootstrap filter on 8 islands, with observations from 0.02 to 1.5 of
  /// noise, 101 were off by more than five of the standard errors that the spread gave, 99 of them below 2 effective ancestors
  /// an island; above it 2 of 2,447, where Student's t with 7 degrees of freedom expects 4.
  public var logNormalizer: Estimate {
    let each = islandEstimates()
    let estimate = NormalizerEstimate.merge(
      each, resampler: plan.resampling.resampler, threshold: plan.resampling.threshold,
      exchanges: exchanges)
    guard estimate.standardErrorMethod == .islandSpread else { return estimate }
    let ancestors = effectiveAncestors(each) / Double(each.count)
    // An island of one or two particles has no more to lose.
    guard ancestors < min(2, 0.6 * Double(plan.islandParticles)) else { return estimate }
    return Estimate(
      value: estimate.value, standardError: nil, standardErrorMethod: nil, degreesOfFreedom: nil,
      missingStandardError: .fewAncestorsEach(effective: ancestors))
  }

  /// `1/Σ Wₑ²`, `Wₑ` the weight of all descendants of one particle of the start, whatever island they are in.
  package func effectiveAncestors(_ each: [NormalizerEstimate.Island]) -> Double {
    guard exchanges.count > 0 else {
      let merge = IslandMerge(logNormalizers: each.map(\.logNormalizer))
      return NormalizerEstimate.effectiveAncestors(each, merge) ?? 1
    }
    return normalizedLogWeights.map { exp($0) }.withUnsafeBufferPointer { weights in
      1
        / LeeWhiteley.squaredShares(
          weights: weights, eves: UnsafeBufferPointer(population.ancestors.all.buffer))
    }
  }

  /// The log-weights over all islands, `[N]`, in nats, normalised.
  public var logWeights: [Double] { normalizedLogWeights }

  /// The effective sample size of all islands together, from 1 to the number of particles, after the last resampling.
  public var effectiveSampleSize: Double {
    states.effectiveSampleSize(states.mergedMoments, isNoiseless: model.isNoiseless) {
      squaredShares(ofIsland: $0)
    }
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
