// How many particles of the start a result rests on.

extension RunEvidence {
  /// What to try, the cheapest first.
  private var moreMixing: String {
    (couldBeLate ? "Try `path: .automatic`, " : "Try ")
      + "`control: .linear`, `noiseScale` 2 with 4 times the steps, or more particles."
  }

  /// One ancestor for all.
  static func collapse(_ run: RunEvidence) -> RunWarning? {
    guard run.particles > 1, run.uniqueAncestors <= run.islands, run.particles > run.islands else {
      return nil
    }
    return RunWarning(
      .collapse,
      "All particles\(run.islands > 1 ? " of an island" : "") descend from a single one of the start. Do not use these "
        + "samples. \(run.moreMixing)", isDoubt: true)
  }

  /// Fewer than ``NormalizerEstimate/leastEffectiveAncestors`` leave log Z without a standard error; up to the bound of
  /// `trustedAncestors` an island it has been seen to be too small.
  static func fewAncestors(_ run: RunEvidence) -> RunWarning? {
    guard run.uniqueAncestors > run.islands || run.particles == run.islands else { return nil }
    let each = run.effectiveAncestors / Double(run.islands)
    let isUnknown =
      switch run.logNormalizer?.missingStandardError {
      case .fewAncestors, .fewAncestorsEach: true
      default: false
      }
    guard each < run.trustedAncestors || isUnknown else { return nil }
    let error =
      run.logNormalizer?.standardError == nil
      ? "log Z has no standard error" : "its standard error may be too small"
    if 2 * each > Double(run.particles / run.islands) {
      return RunWarning(
        .fewAncestors,
        "\(figure(Double(run.particles / run.islands), 9)) particles\(run.islands > 1 ? " an island" : "") are too few for "
          + "weights that may have a heavy tail, even where all of them live: \(error). \(run.moreMixing)",
        isDoubt: true)
    }
    return RunWarning(
      .fewAncestors,
      "The particles descend from only \(figure(Double(run.uniqueAncestors), 6)) of \(figure(Double(run.particles), 9)) at "
        + "the start, and by their weights from about \(figure(each, 2))\(run.islands > 1 ? " an island" : ""), so that "
        + "what was decided at high noise rests on few draws: \(error). \(run.moreMixing)", isDoubt: true)
  }

  /// The most that a Pareto shape of ancestors' weights may be. Above 1/2 their variance is infinite, and that of 134 of 2,000 is known to ±0.1.
  /// On 82 targets with exact answers, 4 runs of 2,000 particles each, it is at most 0.52 where log Z is right, and 1.2 to 2.9 on
  /// rare, narrow modes.
  private static let largestShape = 0.6

  /// Ancestors' weights without a finite variance.
  static func heavyTail(_ run: RunEvidence) -> RunWarning? {
    guard let shape = run.paretoShape, shape > largestShape, run.logNormalizer?.standardError != nil else {
      return nil
    }
    return RunWarning(
      .heavyTail,
      "The largest weights of the start's particles fall off like a power, with Pareto shape \(figure(shape, 2)), where 0.5 is the most for a finite variance: few of them "
        + "stand for many that were not drawn, as in a mode that few have reached, and the standard errors may be far too small. "
        + run.moreMixing, isDoubt: true)
  }

  /// More than ``NormalizerEstimate/largestIslandShare``.
  static func oneIsland(_ run: RunEvidence) -> RunWarning? {
    guard case .oneIsland(let share)? = run.logNormalizer?.missingStandardError else { return nil }
    return RunWarning(
      .oneIsland,
      "One of \(run.islands) islands has \(percent(share)) of all weight: log Z has no standard error. \(run.moreMixing)",
      isDoubt: true)
  }

  /// Where a plan could not know it.
  static func noSpread(_ run: RunEvidence) -> RunWarning? {
    guard run.logNormalizer?.missingStandardError == .noSpread else { return nil }
    return RunWarning(
      .noStandardError,
      "log Z has no standard error: \(MissingStandardError.noSpread.reason). Set `islands` to 8.",
      isDoubt: true
    )
  }

  /// A standard error above 0.5, where Z is known to a factor of e at best.
  static func largeStandardError(_ run: RunEvidence) -> RunWarning? {
    guard let error = run.logNormalizer?.standardError, error > 0.5 else { return nil }
    return RunWarning(
      .largeStandardError,
      "The standard error of log Z is \(figure(error, 2)): Z is uncertain by a factor of "
        + "\(figure(RunEvidence.exponential(2 * error), 2)) either way at two standard errors, and log Z is low by about half "
        + "its variance. \(run.moreMixing)", isDoubt: true)
  }
}
