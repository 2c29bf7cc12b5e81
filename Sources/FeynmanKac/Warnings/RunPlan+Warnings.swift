import Libc

extension RunPlan {
  /// What is likely to go wrong with a run that can be made, in plain words, with what to try.
  var warnings: [RunWarning] {
    weightWarnings + untrainedNoise + [guessedSpread, weakGenerator].compactMap { $0 }
  }

  /// Warnings of what is done to the weights.
  private var weightWarnings: [RunWarning] {
    guard needs.contains(.weights) else {
      guard exponentSums.contains(where: { $0 != 1 }) || terms.count > 1 || reward != nil else { return [] }
      return [
        RunWarning(
          .uncorrected,
          "Weights are not carried (`correction: .none`), so the samples follow the composed scores, which is not the "
            + "target. Use `correction: .feynmanKac` for the target itself.", isDoubt: true)
      ]
    }
    return [infiniteVariance, noStandardError, longSteps, copies].compactMap { $0 } + approximations
  }

  /// Without control the pure-noise part of the weights has infinite variance below a noise scale.
  private var infiniteVariance: RunWarning? {
    guard control == .none else { return nil }
    let needed = exponentSums.map { $0 > 1 ? (2 * ($0 - 1) / $0).squareRoot() : 0 }.max() ?? 0
    guard needed > 0, noiseScaleMinimum <= needed * (1 + 1e-12) else { return nil }
    let remedy = correction.gainsFromControl ? "`control: .radial` or " : ""
    return RunWarning(
      .infiniteVariance,
      "Without control the weights' variance is infinite for `noiseScale` up to \(rounded(needed)). "
        + "Use \(remedy)a larger `noiseScale`.", isDoubt: true)
  }

  private var noStandardError: RunWarning? {
    guard population.standardErrorMethod == nil else { return nil }
    return RunWarning(
      .noStandardError,
      "log Z will have no standard error: \(MissingStandardError.unsupportedResampling.reason). "
        + "Set `islands` to 8 or resample by `KillingResampler`.", isDoubt: true)
  }

  /// Half a unit of log v for each step at c = 1, and a step in which the noise and all exponents together pull a particle by
  /// little more than the distance to its drift point, and less far by what noise beyond that adds. A control by scores solves the pull of
  /// all exponents together.
  private var longSteps: RunWarning? {
    let length = path.length / Double(steps)
    let pull = strongestPull
    let isBlind = pull.noiseRate * length > Self.longestNoisePull
    let isExplicit = pull.rate * length > 1.4 && scoreBases == nil
    guard max(1, noiseScaleMaximum) * length > 0.75 || isExplicit || isBlind else { return nil }
    let remedy =
      wantedSteps <= 1_000_000
      ? "Try at least \(wantedSteps) steps." : "Use a smaller `noiseScale` or smaller exponents."
    return RunWarning(
      .longSteps,
      "Steps are long for this path (\(rounded(length)) in log v each, for exponents whose sizes sum to \(rounded(pull.sizes)) and "
        + "`noiseScale` \(rounded(noiseScaleMaximum))). \(remedy)",
      isDoubt: isBlind || isExplicit && role != .finer)
  }

  /// Copies of a particle that gets no noise stay copies.
  private var copies: RunWarning? {
    guard noiseScaleMaximum == 0, rejuvenation == nil, resampling.threshold > 0 else { return nil }
    return RunWarning(
      .copies,
      "Resampling without noise (`noiseScale: 0`) makes copies that never part: they count once in the effective "
        + "sample size. Use a `noiseScale` above 0, or `threshold: 0`.")
  }

  private func rounded(_ value: Double) -> String { value.text(significant: 3) }
}

// MARK: - Settings whose answer is right only as steps shrink faster than they usually do, or not even then

extension RunPlan {
  /// Each with the size of what it was seen to do.
  var approximations: [RunWarning] {
    [lowOrderScheme, lowOrderCorrection, alignment, unadjustedMoves].compactMap { $0 }
  }

  private var lowOrderScheme: RunWarning? {
    scheme.knownError.map { RunWarning(.approximation, $0, isDoubt: !measuresStepSize) }
  }

  private var lowOrderCorrection: RunWarning? {
    correction.knownError.map { RunWarning(.approximation, $0, isDoubt: true) }
  }

  private var alignment: RunWarning? {
    guard let threshold = guidance?.alignmentThreshold else { return nil }
    return RunWarning(
      .approximation,
      "`alignmentThreshold: \(threshold)` drops the unconditional model on part of the path: at a scale of 3 log Z came out "
        + "0.4 too small, on targets with exact answers. Leave it out for log Z.", isDoubt: true)
  }

  private var unadjustedMoves: RunWarning? {
    guard let rejuvenation, !rejuvenation.kernel.isAdjusted else { return nil }
    return RunWarning(
      .approximation,
      "Moves by `\(rejuvenation.constant)` leave the density as it is to first order in their size alone: on forty modes with constant "
        + "exponents log Z came out 0.06 too large, and 0.4 at a `signalToNoise` of 0.4. Use `.metropolis()` where models know their "
        + "log densities, or a smaller `signalToNoise`.", isDoubt: true)
  }

  /// A run of twice the step length goes along.
  private var measuresStepSize: Bool { role == .finer }
}

// MARK: - Models and random numbers

extension RunPlan {
  /// Models that state no noise levels and are asked below those that networks are usually trained at.
  ///
  /// Where a process ends with noise of its own, as a variance-exploding one or the table of a DDPM does, that is where it was
  /// trained, so that no level is smaller.
  var untrainedNoise: [RunWarning] {
    terms.compactMap { term in
      guard term.model.noiseLevels == nil, asks(term, at: steps) else { return nil }
      let level = path.levels[steps]
      guard term.process.noiseLevel(at: 0) == 0,
        level * 1.1 < term.process.noiseLevel(at: Self.usualTrainingStart)
      else { return nil }
      let time = term.process.time(atNoiseLevel: level).text(significant: 3)
      return RunWarning(
        .untrainedNoise,
        "Model '\(term.name)' does not say at which noise it was trained, and is asked from t = \(time) of its process on "
          + "(v = \(level.text(significant: 3))). Networks are seldom trained below t = \(Self.usualTrainingStart), and log Z "
          + "drifts where they were not. State the noise levels of its training (`noiseLevels`), or end the path earlier "
          + "(`sampler.endTime: \(Self.usualTrainingStart)`).")
    }
  }

  /// A reward that looks ahead on data whose width nothing says: weights hold, but cost particles where the guess is far off.
  var guessedSpread: RunWarning? {
    twist?.guessedStandardDeviation.map {
      RunWarning(
        .rewardPoint,
        "No model says how wide its data is, and the reward looks ahead as if its standard deviation were \($0). Where it is "
          + "more than three times another, state `dataStandardDeviation`: log Z is right either way, and has fewer particles to "
          + "rest on.")
    }
  }

  /// `t` at which the training of most networks begins.
  static let usualTrainingStart = 0.001

  /// Random numbers from a generator that was seen to give wrong figures.
  var weakGenerator: RunWarning? {
    guard case .gsl(let name) = generator, let weakness = WeakGenerator.named(name) else { return nil }
    return RunWarning(
      .weakGenerator,
      "The generator '\(name)' is weak: \(weakness.reason). Use `.philox`, or `.gsl(\"mt19937\")`.",
      isDoubt: weakness.spoilsEstimates)
  }
}
