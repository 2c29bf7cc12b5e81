/// What the engine knows of an island besides its particles. Islands never exchange anything before the end.
struct IslandState {
  /// log Z up to the last resampling, in nats.
  var logNormalizer = 0.0
  /// The sums of the current weights.
  var moments = WeightMoments()
  /// The sums before this step's resampling, and log Z then, which the step's report says.
  var reported = WeightMoments()
  var reportedLogNormalizer = 0.0
  var resampleCount = 0
  var didResample = false
  var uniqueAncestors: Int
}
