import FeynmanKac

// What is sampled along the path, and how.
extension AdviceRule {
  static let weights = AdviceRule { run in
    guard !run.hasWeights else { return nil }
    let isOneModel =
      run.sampler.target.terms.count == 1 && run.exponentSize == 1 && run.sampler.target.reward == nil
    guard !isOneModel else { return nil }
    return Advice(
      "correction",
      "Added scores are those of no noised target: without weights the samples are of another density, and log Z is not estimated.",
      set: "correction=feynman-kac", evidence: "Experiments/guidance")
  }

  static let stepSizeError = AdviceRule { run in
    guard run.hasWeights, case .none = run.sampler.stepSizeError else { return nil }
    return Advice(
      "sampler.step_size_error",
      "What the steps' length does to log Z is not measured, so that it is in no error bar. A pair of small runs beside the run tells, for 6 % more evaluations.",
      set: "sampler.step_size_error=auto")
  }

  static let scheme = AdviceRule { run in
    guard run.hasWeights, run.sampler.scheme != SamplerKey.standard.scheme else { return nil }
    return Advice(
      "sampler.scheme",
      "The scheme '\(run.sampler.scheme.rawValue)' needs more steps than exponential-multistep, the default: with Euler's, systematic resampling at every step and no "
        + "control, as published, log Z took 38 to 9,766 times as many evaluations for the same error on 20 targets.",
      set: "sampler.scheme=exponential-multistep", evidence: "Experiments/accuracy")
  }

  static let path = AdviceRule { run in
    guard run.hasWeights, run.sampler.target.path == .constant, run.exponentSize > 1 else { return nil }
    return Advice(
      "target.path",
      "Constant exponents lead through compositions that are harder than the target. Exponents that move late had an error of log Z that was 5 to 54 times smaller on "
        + "mixtures to a power, 5 times on a product of two, and 130 times on one of 60; five times larger for experts far apart.",
      set: "target.path=auto", evidence: "Experiments/late-exponents")
  }

  static let plainSamples = AdviceRule { run in
    guard run.hasWeights, run.sampler.plainSamples == .none, !run.knowsDensities else { return nil }
    return Advice(
      "sampler.plain_samples",
      "No plain samples of the models are drawn before the run: mass of the target that no particle finds goes unnoticed, and the path is chosen without them.",
      set: "sampler.plain_samples=auto")
  }

  static let control = AdviceRule { run in
    guard run.hasWeights, run.sampler.control == .none else { return nil }
    return Advice(
      "sampler.control",
      "No drift is fitted, so that weights carry all of the difference between the composed scores and the target's. The fit takes no evaluations.",
      set: "sampler.control=auto")
  }

  static let start = AdviceRule { run in
    guard run.hasWeights, run.plan.start != .exact, run.knowsDensities else { return nil }
    return Advice(
      "sampler.start",
      "Every model knows its log density, so that the first particles can be weighed exactly, for nothing.",
      set: "sampler.start=exact")
  }

  static let moves = AdviceRule { run in
    guard run.hasWeights, run.knowsDensities, run.exponentSize >= 2, run.sampler.rejuvenation == nil,
      run.sampler.target.reward == nil
    else { return nil }
    return Advice(
      "sampler.rejuvenation",
      "Worth a try: on forty modes 100 steps with one move a level, accepted by the densities, had a total variation "
        + "of 0.330, and 200 steps without moves 0.355, with as many evaluations and an error of log Z that was as small.",
      set: "sampler.rejuvenation={kind: metropolis}",
      evidence: "Experiments/rejuvenation")
  }

  static let guidance = AdviceRule { run in
    guard run.hasWeights, run.sampler.target.guidance != nil, !run.knowsDensities else { return nil }
    return Advice(
      "correction",
      "Weights make guided samples right, and cost distinct ones. Look at both: on mixtures plain guidance is wrong from a scale of 1.5 on; on molecules, where the "
        + "plain one had little to mend, it was the better choice.", evidence: "Experiments/guidance")
  }
}
