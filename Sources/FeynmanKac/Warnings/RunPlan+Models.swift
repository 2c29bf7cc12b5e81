import Foundation

// What a plan knows of its models and its random numbers.

extension RunPlan {
  /// Models that state no noise levels and are asked below those that networks are usually trained at.
  ///
  /// Where a process ends with noise of its own, as a variance-exploding one does, that is where it was trained, and `t` of
  /// ``usualTrainingStart`` is next to it: only levels that are clearly smaller are meant.
  var untrainedNoise: [RunWarning] {
    terms.compactMap { term in
      guard term.model.noiseLevels == nil, asks(term, at: steps) else { return nil }
      let level = path.levels[steps]
      guard level * 1.1 < term.process.noiseLevel(at: Self.usualTrainingStart) else { return nil }
      let time = String(format: "%.3g", term.points[steps].time)
      return RunWarning(
        .untrainedNoise,
        "Model '\(term.name)' does not say at which noise it was trained, and is asked from t = \(time) of its process on "
          + "(v = \(String(format: "%.3g", level))). Networks are seldom trained below t = \(Self.usualTrainingStart), and log Z "
          + "drifts where they were not. State the noise levels of its training (minimum_noise_level), or end the path earlier "
          + "(sampler.end_time: \(Self.usualTrainingStart)).")
    }
  }

  /// `t` at which the training of most networks begins.
  static let usualTrainingStart = 0.001

  /// Random numbers from a generator that was seen to give wrong figures.
  var weakGenerator: RunWarning? {
    guard case .gsl(let name) = generator, let weakness = WeakGenerator.named(name) else { return nil }
    return RunWarning(
      .weakGenerator,
      "The generator '\(name)' is weak: \(weakness.reason). Use philox, or mt19937.",
      isDoubt: weakness.spoilsEstimates)
  }
}
