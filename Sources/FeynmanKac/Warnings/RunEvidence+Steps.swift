// What the step size does, and whether that is known.

extension RunEvidence {
  /// A step-size error that exceeds the Monte Carlo error, by more than its own noise.
  static func stepSizeExceeds(_ run: RunEvidence) -> RunWarning? {
    guard let (error, coordinate) = run.stepSizeError?.worst,
      coordinate != nil || abs(error.value) > negligibleStepError
    else { return nil }
    let what = coordinate.map { "the mean of coordinate \($0)" } ?? "log Z"
    return RunWarning(
      .stepSizeError,
      "The step size moves \(what) by \(figure(error.value, 2)), more than its Monte Carlo error of "
        + "\(figure(error.monteCarloError ?? 0, 2)): more particles would not help. Try more `sampler.steps`, or `steps: .automatic()`.",
      isDoubt: coordinate != nil || abs(error.value) > knownStepError)
  }

  /// What the trapezoid would leave of log Z on a late path exceeds the Monte Carlo error, and nothing measured what its correction leaves:
  /// seven tenths of it at 50 steps, a third at 100, a four-hundredth at 200, for experts far apart.
  static func trapezoidExceeds(_ run: RunEvidence) -> RunWarning? {
    guard run.stepSizeError == nil, let error = run.trapezoidError,
      let own = run.logNormalizer?.standardError,
      abs(error) > own
    else { return nil }
    return RunWarning(
      .unknownStepSizeError,
      "The step size was not measured, and by the slope of the rate where exponents move a sum to second order would be off by about "
        + "\(figure(error, 2)) in log Z, more than its Monte Carlo error of \(figure(own, 2)): what is left of that may be more too. "
        + "Use `stepSizeError: .doubling()`, or more `sampler.steps`.", isDoubt: true)
  }

  /// Up to so many nats a measured step-size error is just a part of the interval.
  private static let knownStepError = 0.01
  /// Up to so many it is not worth a word either.
  private static let negligibleStepError = 0.001

  /// The error of log Z by the trapezoid on a late path, in nats: `Δ²/12` times the change of the rate's slope over each part of
  /// the path that has no kink (Euler and Maclaurin). The rate fades at the noise and, on other paths, at the data too. Nil where
  /// weights are no sum of rates.
  private var trapezoidError: Double? {
    guard let kink = lateLevel, integratesRates else { return nil }
    let values = trace.compactMap(\.logNormalizerRatio)
    guard values.count == trace.count, values.count > 8 else { return nil }
    let lengths = zip(trace, trace.dropFirst()).map { Self.logarithm($0.noiseLevel / $1.noiseLevel) }
    let rates = lengths.indices.map { (values[$0 + 1] - values[$0]) / lengths[$0] }
    /// `Δ²/12 r'` between two steps.
    func share(_ step: Int) -> Double {
      guard step >= 0, step + 1 < rates.count else { return 0 }
      let length = 0.5 * (lengths[step] + lengths[step + 1])
      return length * (rates[step + 1] - rates[step]) / 12
    }
    let first = trace.firstIndex { $0.noiseLevel <= kink * (1 + 1e-12) } ?? 0
    return share(rates.count - 2) - share(first) + share(first - 2)
  }

  static func coarserRunFailed(_ run: RunEvidence) -> RunWarning? {
    guard run.coarserRunHasFailed else { return nil }
    return RunWarning(
      .unknownStepSizeError,
      "A run of twice the step length failed, so that the step-size error is not known and may be large. Try more "
        + "`sampler.steps`.", isDoubt: true)
  }

  /// Log densities that are carried along the path are as exact as its steps are short, which only a coarser run tells.
  static func carriedUnmeasured(_ run: RunEvidence) -> RunWarning? {
    guard run.carriesLogDensities, !run.coarserRunHasFailed,
      run.stepSizeError?.logNormalizer.standardError == nil
    else { return nil }
    return RunWarning(
      .unknownStepSizeError,
      "Exponents of a model without a log density move, so that it is carried along the path, and how exact that is no run of twice "
        + "the step length has told. Use `stepSizeError: .automatic` with more particles, or `path: .constant`.",
      isDoubt: true)
  }

  /// Explicit steps along a reward's gradient that changes within one step's noise.
  static func stiffReward(_ run: RunEvidence) -> RunWarning? {
    guard run.stiffness > 0.1 else { return nil }
    if let measured = run.stepSizeError, measured.particles == run.particles,
      let noise = measured.logNormalizer.standardError,
      let own = run.logNormalizer?.standardError, abs(measured.logNormalizer.value) + 2 * noise < own
    {
      return nil
    }
    return RunWarning(
      .unknownStepSizeError,
      "The reward at the state is steep for the steps (its curvature takes up to \(figure(run.stiffness, 2)) of a step's noise "
        + "variance, and 0.1 is where log Z was seen to go wrong), and the step-size error is not known to be small. Use "
        + "`rewardPoint: .ahead`, or more `sampler.steps` with `stepSizeError: .doubling()`.", isDoubt: true)
  }

  static func tolerance(_ run: RunEvidence) -> RunWarning? {
    guard let pilot = run.pilot, !pilot.isWithinTolerance else { return nil }
    return RunWarning(
      .tolerance,
      "The pilot found a step-size error of log Z of \(figure(pilot.logNormalizerError, 2)) ± "
        + "\(figure(pilot.logNormalizerErrorStandardError, 2)), which is not within the tolerance of "
        + "\(figure(pilot.allowedError, 2)). Use more `sampler.steps`, or a target with a shorter path.",
      isDoubt: true)
  }

  /// log Z changes by more than half a nat in the last twentieth of the path; or, of networks, which may not have learnt
  /// so little noise, by more than its own error in the last tenth.
  static func lateLogNormalizer(_ run: RunEvidence) -> RunWarning? {
    // Exponents that move to the end move log Z with them.
    guard run.lateLevel == nil else { return nil }
    if !run.hasExactModels, !run.movesExponents, let (moved, level) = run.drift(ofLast: 0.1),
      let error = run.logNormalizer?.standardError,
      abs(moved) > max(3 * error, 0.05)
    {
      return RunWarning(
        .lateLogNormalizer,
        "log Z still moves at the end: by \(figure(moved, 2)) below noise level \(figure(level, 2)), the last tenth of the path, "
          + "beside a standard error of \(figure(error, 2)). A network may not have learnt so little noise, or the path ends "
          + "before the noise is small beside the target's finest structure; end the path where its training ended "
          + "(`sampler.endTime`), or try a smaller `sampler.minimumNoiseLevel` if the models are right there.",
        isDoubt: true)
    }
    guard let (moved, level) = run.drift(ofLast: 0.05), abs(moved) > 0.5 else { return nil }
    return RunWarning(
      .lateLogNormalizer,
      "log Z still moves at the end: by \(figure(moved, 2)) below noise level \(figure(level, 2)), the last twentieth of the "
        + "path. The path may end before the noise is small beside the target's finest structure; try a smaller "
        + "`sampler.minimumNoiseLevel` or `endTime`, if the models are right there.")
  }

  /// How far log Z moves in the last part of the path, which is measured in `log v`, and from which level on.
  func drift(ofLast share: Double) -> (moved: Double, level: Double)? {
    guard let first = trace.first, let last = trace.last, let end = last.logNormalizerRatio else {
      return nil
    }
    let late = Self.logarithm(last.noiseLevel) * (1 - share) + Self.logarithm(first.noiseLevel) * share
    guard let row = trace.last(where: { Self.logarithm($0.noiseLevel) >= late }),
      let before = row.logNormalizerRatio
    else { return nil }
    return (end - before, row.noiseLevel)
  }
}

extension StepSizeError {
  /// The figure that most exceeds its Monte Carlo error, and the coordinate whose mean it is of, nil for log Z; nil where
  /// none does.
  var worst: (figure: Figure, coordinate: Int?)? {
    let all = [(logNormalizer, nil)] + mean.enumerated().map { ($0.element, Optional($0.offset)) }
    func excess(_ figure: Figure) -> Double { abs(figure.value) / (figure.monteCarloError ?? 1) }
    return all.filter { $0.0.exceedsMonteCarloError }.max { excess($0.0) < excess($1.0) }.map { ($0.0, $0.1) }
  }
}
