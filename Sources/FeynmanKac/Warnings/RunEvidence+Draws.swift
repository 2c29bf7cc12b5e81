// What draws from the target's places say of a run.

extension RunEvidence {
  /// Holds the particles against the draws of the run's checks.
  mutating func compare(_ result: RunResult, signal: Double) {
    // With as many particles as draws neither has most of the error.
    guard let check = checks.independent, check.isReliable,
      let subset = ParticleSubset(result, atMost: check.draws)
    else { return }
    let share = Double(subset.rows.count) / Double(result.particles)
    let independent = min(effectiveSampleSize, effectiveAncestors) * share
    emptyShare = check.regions?.emptyShare(subset, signal: signal, independent: independent) ?? 0
    let (mean, variance) = subset.moments(dimensions: result.dimensions)
    // One of d coordinates is off by so many errors less than once in 10,000.
    let bound = 4 + 0.25 * Self.logarithm(Double(mean.count))
    offMean = mean.indices.lazy.map {
      (coordinate: $0, mean: mean[$0], error: (variance[$0] / independent).squareRoot())
    }
    .first { own in
      let both = Self.hypotenuse(own.error, check.meanStandardError[own.coordinate])
      return abs(own.mean - check.mean[own.coordinate]) > bound * both
    }
  }

  /// A rare, narrow mode that no particle reached, or any other place.
  static func missedMass(_ run: RunEvidence) -> RunWarning? {
    guard let check = run.checks.independent, let estimate = run.logNormalizer else { return nil }
    let missing = check.logNormalizer - estimate.value
    let error = hypotenuse(check.standardError, estimate.standardError ?? 0)
    // By Markov's inequality an unbiased estimate is e⁷ times too large once in a thousand, whatever its own error.
    guard check.effectiveSampleSize >= 100 ? missing > 4 * error + 1e-6 : missing > 7 else {
      return emptyPlaces(run, check)
    }
    return RunWarning(
      .missedMass,
      "log Z by \(check.draws) draws around the models' components is \(figure(check.logNormalizer, 5)) ± "
        + "\(figure(check.standardError, 2)), \(figure(missing, 2)) above the run's: about \(percent(1 - exponential(-missing))) "
        + "of the target's mass is where the run has no particle or too little weight. \(wayToRareModes)",
      isDoubt: true)
  }

  /// Too little mass to show in log Z beside the draws' error, in places that have next to no particle.
  private static func emptyPlaces(_ run: RunEvidence, _ check: IndependentEstimate) -> RunWarning? {
    guard run.emptyShare > 0, check.isReliable else { return nil }
    return RunWarning(
      .missedMass,
      "\(percent(run.emptyShare)) of the target's mass, by \(check.draws) draws around the models' components, is at places where "
        + "the run has next to no particle. \(wayToRareModes)", isDoubt: true)
  }

  static let wayToRareModes =
    "A mode that is rare and narrow in its model is lost at high noise; try `path: .late()`, more particles, or a smaller exponent."

  static func disagreement(_ run: RunEvidence) -> RunWarning? {
    guard let check = run.checks.independent, let estimate = run.logNormalizer else { return nil }
    let excess = estimate.value - check.logNormalizer
    let error = hypotenuse(check.standardError, estimate.standardError ?? 0)
    guard check.isReliable else { return nil }
    guard excess > 4 * error + 1e-6 else { return offMean(run, check) }
    return RunWarning(
      .disagreement,
      "log Z by \(check.draws) draws around the models' components is \(figure(check.logNormalizer, 5)) ± "
        + "\(figure(check.standardError, 2)), \(figure(excess, 2)) below the run's, which is more than both errors. Try more "
        + "`sampler.steps`, and `stepSizeError: .doubling()`.", isDoubt: true)
  }

  /// A mean that the draws have elsewhere, by more than both errors.
  private static func offMean(_ run: RunEvidence, _ check: IndependentEstimate) -> RunWarning? {
    guard let (coordinate, own, error) = run.offMean else { return nil }
    return RunWarning(
      .disagreement,
      "The mean of coordinate \(coordinate) by \(check.draws) draws around the models' components is "
        + "\(figure(check.mean[coordinate], 4)) ± \(figure(check.meanStandardError[coordinate], 2)), and \(figure(own, 4)) ± "
        + "\(figure(error, 2)) the run's, which is apart by more than both errors. Try more `sampler.steps`, and "
        + "`stepSizeError: .doubling()`.", isDoubt: true)
  }
}
