// What plain samples of the models say of a run.

extension RunEvidence {
  /// The least share of the target that is said to be missed.
  private static let leastShare = 0.01
  /// The least excess in nats that chance does not make: by Markov's inequality an unbiased estimate is e⁷ times too large once in a thousand, whatever its own error.
  private static let certainExcess = 7.0

  /// Mass at places that no particle reached, or far more of it than the run found.
  static func unreachedMass(_ run: RunEvidence) -> RunWarning? {
    guard let unreached = run.unreached else { return nil }
    let samples = "\(unreached.samples) plain samples of the models"
    if unreached.share >= leastShare {
      return RunWarning(
        .missedMass,
        "\(percent(unreached.share)) of the target's mass is where the run has no particle, by \(unreached.count) of \(samples). "
          + wayToRareModes, isDoubt: true)
    }
    guard unreached.excess > certainExcess else { return nil }
    return RunWarning(
      .missedMass,
      "log Z by \(samples) is \(figure(unreached.excess, 2)) above the run's, which has next to none of the target's mass. "
        + wayToRareModes, isDoubt: true)
  }

  /// The least share of it at narrow places, where it is more than the standard error of log Z.
  private static let leastNarrowShare = 0.003
  /// The least number of ancestors that mass may rest on.
  private static let leastAncestors = 8.0

  /// Much mass at narrow places, by few ancestors.
  static func narrowMass(_ run: RunEvidence) -> RunWarning? {
    guard let narrow = run.narrow, narrow.share >= leastNarrowShare,
      narrow.effectiveAncestors < leastAncestors,
      let error = run.logNormalizer?.standardError,
      narrow.share > error * (1 + narrow.effectiveAncestors).squareRoot()
    else { return nil }
    return RunWarning(
      .fewAncestors,
      "\(percent(narrow.share)) of the target's mass is at places much narrower than the rest of the data, where the particles descend from "
        + "about \(figure(narrow.effectiveAncestors, 2)) of the start: their weight may be far too small. \(wayToRareModes)",
      isDoubt: true)
  }
}
