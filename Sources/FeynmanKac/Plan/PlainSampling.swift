// Plain samples of the models before a run: when there are any, and by what plan they are drawn.

extension Sampler {
  /// Whether a few samples of the easy composition that a late path begins with are drawn before the run, of models that are no mixtures of
  /// Gaussians: 10 % of the particles with half the steps. They choose the path and find mass that the run missed.
  public enum PlainSampling: String, Sendable, CaseIterable {
    case none
    /// Samples beside runs with weights of 640 particles or more.
    case automatic = "auto"

    /// The share of the run's particles that they are, with half the steps.
    fileprivate static let share = 0.1
    /// A run of fewer particles would spend more on them.
    fileprivate static let leastParticles = 640
    fileprivate static let counts = 64...2048
    /// More steps than these tell nothing more.
    fileprivate static let mostSteps = 200
  }

  /// How many there are beside a run; nil where there are none: `plainSamples` is none, the run is small or has no weights,
  /// every model is a mixture, whose modes are known, atoms look the same from many sides, or the target is the composition itself.
  private func plainCount(beside particles: Int) -> Int? {
    guard plainSamples == .automatic, particles >= PlainSampling.leastParticles,
      correction.rule.needs.contains(.weights),
      target.terms.contains(where: { $0.model.mixture == nil }),
      target.terms.allSatisfy({ $0.model.atoms == nil }), !isPlain
    else { return nil }
    let counts = PlainSampling.counts
    let count = Int(clamping: PlainSampling.share * Double(particles))
    return min(max(count, counts.lowerBound), counts.upperBound)
  }

  private var isPlain: Bool {
    let exponents = RunPlan.merged(target.terms).map(\.exponent)
    return exponents.count == 1 && exponents[0] == .constant(1)
  }

  /// The sampler that draws them.
  var plain: Sampler {
    var own = Sampler(process: process, target: target)
    // Exponents move where the path ends, at the lowest level that it has for that.
    own.target.path = .late(below: .leastNormalMagnitude)
    own.target.reward = nil
    own.steps = .count(min(PlainSampling.mostSteps, max(1, (steps.number ?? Steps.provisional) / 2)))
    own.control = .none
    own.resampling = ResamplingRule(threshold: 0)
    own.stepSizeError = .none
    own.plainSamples = .none
    own.startTime = startTime
    own.endTime = endTime
    own.maximumNoiseLevel = maximumNoiseLevel
    own.minimumNoiseLevel = minimumNoiseLevel
    own.generator = generator
    return own
  }

  /// What will draw them beside a run; nil where there are none, or where exponents cannot move late.
  func plainPlan(beside particles: Int) -> RunPlan? {
    guard let count = plainCount(beside: particles) else { return nil }
    return try? RunPlan(plain, particles: count, islands: 1)
  }
}
