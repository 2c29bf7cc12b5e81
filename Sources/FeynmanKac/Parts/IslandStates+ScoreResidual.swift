import Libc

// Whether scores and particles belong to one density, from sums that are made anyway.

extension RunPlan {
  /// Scores alone, and the gradient of a reward at the state, are in what particles follow, and rates in their weights.
  var hasScoreResidual: Bool { needs.contains(.rates) && twist == nil && guidance?.projection == nil }
}

extension IslandStates {
  /// `E[⟨y, S⟩]/D + 1` of the weighted particles with its standard error; nil where the plan has none, and for particles without
  /// a finite mean of it.
  ///
  /// For the scores of any density it is 0 (Stein's identity). The error is the spread of eight islands or more, and at least that of
  /// the effective particles; of fewer islands it counts as many independent particles as there are ancestors, or effective ones
  /// where these are fewer: what was decided at high noise is decided for all descendants.
  /// - Source: Stein 1981, Lemma 1, for the identity; the error is ours, <doc:Trust>.
  ///
  /// - Parameter families: How many islands are no copies of others.
  func scoreResidual(
    _ merged: WeightMoments, ancestors: Int, families: Int, _ plan: RunPlan
  ) -> (value: Double, standardError: Double)? {
    guard plan.hasScoreResidual, merged.sum > 0 else { return nil }
    let mean = merged.feature / merged.sum
    let spread = max(0, merged.featureSquare / merged.sum - mean * mean)
    // Islands that are copies of one another lie together.
    let hasSpread = families == count && count >= NormalizerEstimate.islandsForSpread
    // Eight islands may lie together by chance: no less than that of the effective particles.
    let independent =
      hasSpread ? merged.effectiveSampleSize : min(merged.effectiveSampleSize, Double(ancestors))
    let variance = max(spread / independent, hasSpread ? islandVariance(of: mean) : 0)
    let scale = Double(plan.intrinsicDimensions)
    guard mean.isFinite, variance.isFinite else { return nil }
    return (mean / scale, variance.squareRoot() / scale)
  }

  /// The variance of the mean that islands have together, by what each has alone.
  private func islandVariance(of mean: Double) -> Double {
    var highest = -Double.infinity
    for island in 0..<count { highest = max(highest, logShare(self[island])) }
    var total = 0.0
    var sum = 0.0
    for island in (0..<count).lazy.map({ self[$0] }) where island.reported.sum > 0 {
      let weight = exp(logShare(island) - highest)
      let apart = weight * (island.reported.feature / island.reported.sum - mean)
      total += weight
      sum += apart * apart
    }
    let islands = Double(count)
    return sum / (total * total) * islands / (islands - 1)
  }

  private func logShare(_ island: IslandState) -> Double {
    island.reportedLogNormalizer + island.reported.logMean(of: islandParticles)
  }
}
