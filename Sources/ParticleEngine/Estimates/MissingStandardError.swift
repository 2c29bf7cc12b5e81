/// Why an estimate has no standard error. A number is never given where its estimator cannot hold.
public enum MissingStandardError: Sendable, Equatable {
  /// No estimator is right for this way of resampling in a single population.
  case unsupportedResampling
  /// All weight descends from too few particles of the start. The number is `1/Σ Wₑ²`, `Wₑ` the weight of all
  /// descendants of one.
  case fewAncestors(effective: Double)
  /// All weight of an island descends from too few particles of its start. The number is the same for one island, in the mean.
  case fewAncestorsEach(effective: Double)
  /// One island has this share of all weight.
  case oneIsland(share: Double)
  /// The estimator came out negative, or there is a single particle.
  case noSpread

  /// Why there is none, in a sentence without its full stop.
  public var reason: String {
    switch self {
    case .unsupportedResampling: "for this way of resampling none is right in a single population"
    case .fewAncestors(let effective):
      "all weight descends from about \(effective.text(significant: 2)) particles of the start, and fewer than "
        + "\(NormalizerEstimate.leastEffectiveAncestors) tell nothing of their own spread"
    case .fewAncestorsEach(let effective):
      "the weight of an island descends from about \(effective.text(significant: 2)) particles of its start, and islands "
        + "that rest on one draw each miss the same things"
    case .oneIsland(let share):
      "one island has \((100 * share).text(decimals: 0)) % of all weight, so that the others tell nothing of its "
        + "spread"
    case .noSpread: "the ancestors' estimate of it came out negative"
    }
  }

  /// What to try, likewise.
  public var advice: String {
    switch self {
    case .unsupportedResampling: NormalizerEstimate.advice
    case .fewAncestors, .fewAncestorsEach, .oneIsland:
      "try `control: .linear`, `noiseScale` 2 with 4 times the steps, or more particles"
    case .noSpread: "set `islands` to 8"
    }
  }
}
