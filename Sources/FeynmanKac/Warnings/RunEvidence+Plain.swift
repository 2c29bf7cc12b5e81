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
}
