// What draws beside the run say of it.

extension RunEvidence {
  /// Doubtful from two standard errors on: that much of an interval's width nothing in the run shows.
  static func wrongStart(_ run: RunEvidence) -> RunWarning? {
    guard let check = run.checks.start else { return nil }
    let error = run.logNormalizer?.standardError ?? 0
    let isOff = abs(check.error) > max(2 * error, 0.005)
    guard isOff || check.residual.value > 0.03 else { return nil }
    let moreNoise = "a larger `sampler.maximumNoiseLevel`, `sigmaMax` or `startTime`"
    let sentence =
      isOff
      ? "The Gaussian that the run starts from is not the one of the models' scores there, which moves log Z by about "
        + "\(figure(-check.error, 2)). Use `start: .fitted`, or \(moreNoise)."
      : "The scores of '\(check.residual.model)' at the start of the path are no Gaussian's (no straight line explains "
        + "\(percent(check.residual.value)) of those along coordinate \(check.residual.coordinate)): the noise there is too small for a Gaussian "
        + "start, and log Z may be off. Use \(moreNoise)."
    return RunWarning(.wrongStart, sentence, isDoubt: true)
  }

  /// Scores at the start that are steeper than those of noise without any data.
  static func steepScores(_ run: RunEvidence) -> RunWarning? {
    guard let steep = run.checks.start?.steepness,
      abs(steep.error) > max(2 * (run.logNormalizer?.standardError ?? 0), 0.005)
    else { return nil }
    return RunWarning(
      .inconsistentScores,
      "The scores of '\(steep.model)' at the start of the path are steeper than those of noise alone (a variance of "
        + "\(figure(steep.ratio, 3)) times the noise's along coordinate \(steep.coordinate)), which no data have. The start takes the "
        + "noise's; by the scores log Z would be \(figure(steep.error, 2)) off that. Check what the model predicts and its process, or "
        + "begin where it was trained better (`startTime`).", isDoubt: true)
  }

  /// A stated spread of the data that the scores at the start contradict: it steers rewards and late exponents.
  static func wrongSpread(_ run: RunEvidence) -> RunWarning? {
    guard let check = run.checks.start, check.error == 0, check.residual.value <= 0.03,
      let worst = check.spreads.max(by: { abs($0.ratio - 1) < abs($1.ratio - 1) }),
      abs(worst.ratio - 1) > 0.05
    else { return nil }
    return RunWarning(
      .wrongSpread,
      "'\(worst.model)' states `dataStandardDeviation: \(figure(worst.stated, 3))`, and its scores at the start of the path have "
        + "\(figure(worst.ratio, 3)) times the variance that this makes there. The start is the scores' own; what else uses the "
        + "statement is not. Correct it, or leave it out.")
  }

  /// Scores that are not those of any density of the particles: by five of its standard errors the residual of Stein's identity
  /// is not 0, and large. A residual `R D` is an error of `√v R D/|y|` along the state in units of the noise, and 2 % of the noise
  /// are allowed; scores that point away from the particles, as those of a composition without a finite integral do, half of `D`.
  static func inconsistentScores(_ run: RunEvidence) -> RunWarning? {
    guard !run.hasExactModels, run.followsScores else { return nil }
    let worst = run.trace.compactMap { step -> (share: Double, step: StepReport)? in
      guard let residual = step.scoreResidual.map(Double.init),
        let error = step.scoreResidualError.map(Double.init), abs(residual) > 5 * error
      else { return nil }
      let share = (abs(residual) - 2 * error) * run.noiseShare(at: step.noiseLevel)
      return share > 0.02 || residual - 5 * error > 0.5 ? (share, step) : nil
    }.max { $0.share < $1.share }
    guard let worst, let residual = worst.step.scoreResidual, let error = worst.step.scoreResidualError else {
      return nil
    }
    let what =
      residual > 0.5
      ? "point away from the particles"
      : residual > 0 ? "pull the particles too little" : "pull the particles too much"
    return RunWarning(
      .inconsistentScores,
      "At noise level \(figure(worst.step.noiseLevel, 3)) the composed scores \(what): E⟨y, S⟩ + D is "
        + "(\(figure(Double(residual), 2)) ± \(figure(Double(error), 1))) D, and 0 for the scores of any density. The network may not "
        + "have learnt its data there, or the composition may have no finite integral. Train it longer, end the path "
        + "where its training ended, or use smaller exponents or a smaller guidance scale.",
      isDoubt: true)
  }

  /// The least pull of composed scores far out, as a share of what goes into it, that rounding does not make.
  private static let leastPull = 1e-4

  /// Composed scores that push outward where no particle was.
  static func improperTails(_ run: RunEvidence) -> RunWarning? {
    guard let far = run.far else { return nil }
    let (nearest, farthest) = (FarScores.distances[0], FarScores.distances[FarScores.distances.count - 1])
    if let silent = far.silent {
      return RunWarning(
        .improperTails,
        "'\(silent)' does not answer \(figure(nearest, 2)) to \(figure(farthest, 2)) standard deviations from the particles, so nothing says whether "
          + "the composition has a finite integral there.")
    }
    guard far.pull < leastPull else { return nil }
    return RunWarning(
      .improperTails,
      "From \(figure(nearest, 2)) to \(figure(farthest, 2)) standard deviations from the particles along coordinate \(far.coordinate) the models' "
        + "scores pull back and the composed ones push outward: the composition has no finite integral, and log Z is of the part of it that "
        + "particles came to. Lower the exponents below 0 (or the guidance scale), or use models with wider tails in their place.",
      isDoubt: true)
  }

  /// `√v` beside the root mean square of a coordinate of `y` at a level, from 0 to about 1.
  private func noiseShare(at level: Double) -> Double {
    (level / (meanSquare + level / exponentSum)).squareRoot()
  }
}
