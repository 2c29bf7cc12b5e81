import Libc

// What was left out where models failed.

extension RunEvidence {
  /// Doubtful from half a standard error of log Z on.
  static func droppedParticles(_ run: RunEvidence) -> RunWarning? {
    guard let dropped = run.dropped, dropped.count > 0 else { return nil }
    let bias = -log1p(-dropped.share)
    let isLarge = !(bias <= 0.5 * (run.logNormalizer?.standardError ?? 0))
    return RunWarning(
      .droppedParticles,
      "\(figure(Double(dropped.count), 9)) particles, with \(percent(dropped.share)) of the weight, were dropped because \(dropped.source ?? "a model") "
        + "had no finite answer about them: log Z is too low by about \(figure(bias, 2)), and where they were there are no samples.",
      isDoubt: isLarge)
  }
}
