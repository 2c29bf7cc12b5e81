// What happened to the weights on the way.

extension RunEvidence {
  private static let moreSteps = "more `sampler.steps` or `control: .linear`"

  /// An effective sample size below a tenth of the particles already at the start of the path.
  static func poorStart(_ run: RunEvidence) -> RunWarning? {
    let start = run.trace[0]
    guard start.effectiveSampleSize < 0.1 * Double(run.particles) else { return nil }
    return RunWarning(
      .poorStart,
      "At the start of the path the effective sample size is only "
        + "\(percent(start.effectiveSampleSize / Double(run.particles))) of the particles: the Gaussian start does not fit "
        + "the target at noise level \(figure(start.noiseLevel, 3)). Try a larger `sampler.maximumNoiseLevel` or `startTime`.",
      isDoubt: start.effectiveSampleSize < 30)
  }

  /// A step that keeps less than half of the effective sample size; where the weights may have a heavy tail, less than 85 %:
  /// what one step's weights lose is the best sign of a tail that the standard error does not see.
  static func fallingSampleSize(_ run: RunEvidence) -> RunWarning? {
    let bound = run.hasLightTail ? 0.5 : 0.85
    var worst: (step: Int, kept: Double) = (0, bound)
    for step in run.trace.indices.dropFirst() {
      let before = run.trace[step - 1]
      // Where some islands resampled and others did not, what is left is not known.
      guard before.resampledIslands == 0 || before.resampledIslands == run.islands else { continue }
      let start = before.resampledIslands > 0 ? Double(run.particles) : before.effectiveSampleSize
      let kept = run.trace[step].effectiveSampleSize / start
      if kept < worst.kept { worst = (step, kept) }
    }
    guard worst.step > 0 else { return nil }
    let (before, after) = (run.trace[worst.step - 1], run.trace[worst.step])
    return RunWarning(
      .fallingSampleSize,
      "Step \(worst.step), from noise level \(figure(before.noiseLevel, 3)) to \(figure(after.noiseLevel, 3)), keeps only "
        + "\(percent(worst.kept)) of the effective sample size. The steps are too long there: try \(moreSteps).",
      isDoubt: worst.kept < (run.hasLightTail ? 0.1 : 0.85))
  }

  /// A final effective sample size below a tenth of the particles, or below 100 and half of them.
  static func lowSampleSize(_ run: RunEvidence) -> RunWarning? {
    let size = run.effectiveSampleSize
    let share = size / Double(run.particles)
    guard share < 0.1 || (size < 100 && share < 0.5) else { return nil }
    return RunWarning(
      .lowSampleSize,
      "The final effective sample size is \(figure(size, 3)) of \(figure(Double(run.particles), 9)) particles "
        + "(\(percent(share))). Averages are as uncertain as with so few samples; "
        + (share < 0.1 ? "try \(moreSteps), or a later end of `resampling.window`." : "try more particles."))
  }

  /// One particle with more than a tenth of all weight.
  static func heavyParticle(_ run: RunEvidence) -> RunWarning? {
    guard run.particles > 10, run.heaviestWeight > 0.1 else { return nil }
    return RunWarning(
      .heavyParticle,
      "A single particle has \(percent(run.heaviestWeight)) of all weight. Averages follow it; try more particles, or "
        + "\(moreSteps).", isDoubt: run.heaviestWeight > 0.3)
  }

  /// Resamplings at more than a quarter of the steps, though not at every one, which only a config asks for.
  static func manyResamplings(_ run: RunEvidence) -> RunWarning? {
    let each = Double(run.resampleCount) / Double(run.islands)
    let steps = Double(run.steps)
    guard steps >= 8, each > 0.25 * steps, each < steps - 1 else { return nil }
    return RunWarning(
      .manyResamplings,
      "\(run.islands > 1 ? "Each island" : "The run") resampled at \(percent(each / steps)) of its steps: the weights "
        + "degenerate about as fast as they are mended. Try \(moreSteps), or a smaller exponent first.")
  }
}
