/// What the engine knows of an island besides its particles. It is all in its own bytes, for other processes to have.
package struct IslandState: BitwiseCopyable {
  /// log Z up to the last resampling, in nats.
  package var logNormalizer = 0.0
  /// The sums of the current weights.
  package var moments = WeightMoments()
  /// The sums before this step's resampling, and log Z then, which the step's report says.
  package var reported = WeightMoments()
  package var reportedLogNormalizer = 0.0
  package var resampleCount = 0
  package var didResample = false
  package var uniqueAncestors: Int
  /// What was exchanged so far, the same for all islands.
  package var exchanges = IslandExchanges()

  package init(uniqueAncestors: Int) { self.uniqueAncestors = uniqueAncestors }

  /// Leaves what the step's report says of an island to the place that another has taken.
  mutating func keepReport(of former: IslandState) {
    (reported, reportedLogNormalizer) = (former.reported, former.reportedLogNormalizer)
    (resampleCount, didResample) = (former.resampleCount, former.didResample)
  }

  /// Whether its counts are those of an island of a plan, at any level.
  package func isOf(_ plan: PopulationPlan) -> Bool {
    (0...plan.steps + 1).contains(resampleCount) && (0...plan.islandParticles).contains(uniqueAncestors)
      && (0...plan.steps).contains(exchanges.count)
  }
}
