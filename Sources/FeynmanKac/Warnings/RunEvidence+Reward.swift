// What a run has seen of its reward.

extension RunEvidence {
  /// A reward of one value at all particles.
  static func flatReward(_ run: RunEvidence) -> RunWarning? {
    guard let value = run.flatReward else { return nil }
    return RunWarning(
      .flatReward,
      "The reward is \(figure(value, 3)) at all \(run.particles) particles: where it is more no particle has come, and log Z says nothing of such "
        + "places. Use more particles, or a reward that rises towards what it asks for.", isDoubt: true)
  }
}
