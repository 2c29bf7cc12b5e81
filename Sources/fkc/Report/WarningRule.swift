import Foundation

/// A sign that a run's figures are not to be trusted, or could be better, and what to try.
struct WarningRule: Sendable {
  struct Finding {
    /// What was seen, as a sentence with its figures.
    let found: String
    /// What to try, as a sentence.
    let advice: String
  }

  /// As the page's source and the tests call it.
  let name: String
  let finding: @Sendable (RunRecord) -> Finding?

  /// Every rule, in the order in which a report shows what they found.
  static let all: [WarningRule] = [
    lostPrecision, uncorrected, collapse, poorStart, fallingSampleSize, lowSampleSize, heavyParticle,
    fewAncestors,
    manyResamplings, stepSizeError, noStandardError, largeStandardError, lateLogNormalizer,
  ]
}

// MARK: - The rules, each with its threshold

extension WarningRule {
  private static let moreSteps = "try more sampler.steps or control: linear"

  /// Weights that were normalised and sum to something that differs from 1 by more than a millionth.
  static let lostPrecision = WarningRule(name: "lost-precision") { run in
    guard !(abs(run.weightSum - 1) < 1e-6) else { return nil }
    return Finding(
      found:
        "The weights sum to \(FigureText.digits(run.weightSum)) and not to 1: log-weights have grown so large "
        + "(log Z is \(FigureText.digits(run.figures.logNormalizer))) that double precision cannot tell particles apart.",
      advice: "Do not use these weights; try more sampler.steps, control: none or a smaller noise_scale.")
  }

  static let uncorrected = WarningRule(name: "uncorrected") { run in
    guard run.figures.logNormalizer == nil else { return nil }
    return Finding(
      found: "Weights were not carried (correction: none), so these samples follow the composed scores, "
        + "which is not the target.",
      advice: "Use correction: feynman-kac for the target itself.")
  }

  /// One ancestor for all.
  static let collapse = WarningRule(name: "collapse") { run in
    guard run.particles > 1, run.figures.uniqueAncestors <= run.figures.islands else { return nil }
    return Finding(
      found:
        "All particles\(run.figures.islands > 1 ? " of an island" : "") descend from a single one of the start.",
      advice:
        "Do not use these samples before you try more particles, \(moreSteps), or a noise_scale above 1.")
  }

  /// An effective sample size below a tenth of the particles already at the start of the path.
  static let poorStart = WarningRule(name: "poor-start") { run in
    let start = run.trace[0]
    guard start.effectiveSampleSize < 0.1 * Double(run.particles) else { return nil }
    return Finding(
      found: "At the start of the path the effective sample size is only "
        + "\(FigureText.percent(start.effectiveSampleSize / Double(run.particles))) of the particles: the Gaussian "
        + "start does not fit the target at noise level \(FigureText.digits(start.noiseLevel, 3)).",
      advice: "Try a larger sampler.maximum_noise_level or start_time.")
  }

  /// A step that keeps less than half of the effective sample size.
  static let fallingSampleSize = WarningRule(name: "falling-sample-size") { run in
    var worst: (step: Int, kept: Double) = (0, 0.5)
    for step in 1..<run.trace.count {
      let before = run.trace[step - 1]
      // Where some islands resampled and others did not, what is left is not known.
      guard before.resampledIslands == 0 || before.resampledIslands == run.figures.islands else { continue }
      let start = before.resampledIslands > 0 ? Double(run.particles) : before.effectiveSampleSize
      let kept = run.trace[step].effectiveSampleSize / start
      if kept < worst.kept { worst = (step, kept) }
    }
    guard worst.step > 0 else { return nil }
    let (before, after) = (run.trace[worst.step - 1], run.trace[worst.step])
    return Finding(
      found: "Step \(worst.step), from noise level \(FigureText.digits(before.noiseLevel, 3)) to "
        + "\(FigureText.digits(after.noiseLevel, 3)), keeps only \(FigureText.percent(worst.kept)) of the effective "
        + "sample size.",
      advice: "The steps are too long there: \(moreSteps).")
  }

  /// A final effective sample size below a tenth of the particles, or below 100.
  static let lowSampleSize = WarningRule(name: "low-sample-size") { run in
    let size = run.figures.effectiveSampleSize
    guard run.figures.logNormalizer != nil, run.figures.effectiveShare < 0.1 || size < 100 else { return nil }
    return Finding(
      found: "The final effective sample size is \(FigureText.digits(size, 3)) of "
        + "\(FigureText.whole(run.particles)) particles (\(FigureText.percent(run.figures.effectiveShare))).",
      advice: run.figures.effectiveShare < 0.1
        ? "Averages are as uncertain as with so few samples; \(moreSteps), or a later end of resampling.window."
        : "Averages are as uncertain as with so few samples; try more particles.")
  }

  /// One particle with more than a tenth of all weight.
  static let heavyParticle = WarningRule(name: "heavy-particle") { run in
    let heaviest = run.weights.max()!
    guard run.particles > 10, heaviest > 0.1 else { return nil }
    return Finding(
      found: "A single particle has \(FigureText.percent(heaviest)) of all weight.",
      advice: "Averages follow it; try more particles or \(moreSteps.dropFirst(4)).")
  }

  /// Fewer than 30 ancestors, of a run that had at least 60 particles.
  static let fewAncestors = WarningRule(name: "few-ancestors") { run in
    let ancestors = run.figures.uniqueAncestors
    guard ancestors < 30, ancestors > run.figures.islands, run.particles >= 60 else { return nil }
    return Finding(
      found:
        "The particles descend from only \(ancestors) of \(FigureText.whole(run.particles)) at the start, so "
        + "what was decided at high noise, such as the shares of far modes, rests on few draws, and so does the "
        + "standard error.",
      advice:
        "Try more particles, \(moreSteps.dropFirst(4)), or a noise_scale above 1, which mixes particles.")
  }

  /// Resamplings at more than a quarter of the steps, though not at every one, which only a config asks for.
  static let manyResamplings = WarningRule(name: "many-resamplings") { run in
    let each = Double(run.figures.resampleCount) / Double(run.figures.islands)
    let steps = Double(run.figures.steps)
    guard steps >= 8, each > 0.25 * steps, each < steps - 1 else { return nil }
    return Finding(
      found:
        "\(run.figures.islands > 1 ? "Each island" : "The run") resampled at \(FigureText.percent(each / steps)) "
        + "of its steps: the weights degenerate about as fast as they are mended.",
      advice: "\(moreSteps.prefix(1).uppercased())\(moreSteps.dropFirst()), or a smaller exponent first.")
  }

  /// A step-size error that exceeds the Monte Carlo error, by more than its own noise.
  static let stepSizeError = WarningRule(name: "step-size-error") { run in
    guard let (figure, coordinate) = run.figures.stepSizeError?.worst else { return nil }
    let what = coordinate.map { "the mean of coordinate \($0)" } ?? "log Z"
    return Finding(
      found:
        "The step size moves \(what) by \(FigureText.digits(figure.value, 2)), more than its Monte Carlo error of "
        + "\(FigureText.digits(figure.monteCarloError ?? 0, 2)): more particles would not help.",
      advice: "Try more sampler.steps, or steps: auto.")
  }

  static let noStandardError = WarningRule(name: "no-standard-error") { run in
    guard run.figures.logNormalizer != nil, run.figures.standardError == nil else { return nil }
    let advice = run.figures.standardErrorAdvice ?? "set islands to 8 or more"
    return Finding(
      found: "log Z has no standard error: for this way of resampling none is right in a single population.",
      advice: "\(advice.prefix(1).uppercased())\(advice.dropFirst()).")
  }

  /// A standard error above 0.5, where Z is known to a factor of e at best.
  static let largeStandardError = WarningRule(name: "large-standard-error") { run in
    guard let error = run.figures.standardError, error > 0.5 else { return nil }
    return Finding(
      found: "The standard error of log Z is \(FigureText.digits(error, 2)): Z is uncertain by a factor of "
        + "\(FigureText.digits(exp(2 * error), 2)) either way at two standard errors.",
      advice: "Try more particles or \(moreSteps.dropFirst(4)); log Ẑ is low by about half its variance.")
  }

  /// log Z changes by more than half a nat in the last twentieth of the path.
  static let lateLogNormalizer = WarningRule(name: "late-log-normalizer") { run in
    guard let last = run.trace.last, let end = last.logNormalizerRatio else { return nil }
    let first = run.trace[0]
    let late = first.position + 0.95 * (last.position - first.position)
    guard let row = run.trace.last(where: { $0.position >= late }), let before = row.logNormalizerRatio,
      abs(end - before) > 0.5
    else { return nil }
    return Finding(
      found: "log Z still moves at the end: by \(FigureText.fixed(end - before, 2)) below noise level "
        + "\(FigureText.digits(row.noiseLevel, 2)), the last twentieth of the path.",
      advice:
        "The path may end before the noise is small beside the target's finest structure; try a smaller "
        + "sampler.minimum_noise_level or end_time, if the models are right there.")
  }
}
