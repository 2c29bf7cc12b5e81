import Foundation

extension RunPlan {
  /// What is likely to go wrong with a run that can be made, in plain words, with what to try.
  var warnings: [RunWarning] { weightWarnings + untrainedNoise + [weakGenerator].compactMap { $0 } }

  /// Warnings of what is done to the weights.
  private var weightWarnings: [RunWarning] {
    guard carriesWeights else {
      guard exponentSums.contains(where: { $0 != 1 }) || terms.count > 1 || reward != nil else { return [] }
      return [
        RunWarning(
          .uncorrected,
          "Weights are not carried (correction: none), so the samples follow the composed scores, which is not the "
            + "target. Use correction: feynman-kac for the target itself.", isDoubt: true)
      ]
    }
    return [infiniteVariance, noStandardError, longSteps, copies].compactMap { $0 } + approximations
  }

  /// Without control the pure-noise part of the weights has infinite variance below a noise scale.
  private var infiniteVariance: RunWarning? {
    guard control == .none else { return nil }
    let needed = exponentSums.map { $0 > 1 ? (2 * ($0 - 1) / $0).squareRoot() : 0 }.max() ?? 0
    guard needed > 0, noiseScaleMinimum <= needed * (1 + 1e-12) else { return nil }
    let remedy = correction == .kernelRatio ? "" : "control: radial or "
    return RunWarning(
      .infiniteVariance,
      "Without control the weights' variance is infinite for noise_scale up to \(rounded(needed)). "
        + "Use \(remedy)a larger noise_scale.", isDoubt: true)
  }

  private var noStandardError: RunWarning? {
    guard population.standardErrorMethod == nil else { return nil }
    return RunWarning(
      .noStandardError,
      "log Z will have no standard error: \(MissingStandardError.unsupportedResampling.reason). "
        + "Set islands to 8 or resample by killing.", isDoubt: true)
  }

  /// Half a unit of log v for each step at c = 1, and a step in which the noise and all exponents together,
  /// `½(1+c²) Σ|aᵢ|`, pull a particle by little more than the distance to its drift point.
  private var longSteps: RunWarning? {
    let length = path.length / Double(steps)
    let c = max(1, noiseScaleMaximum)
    let sizes = (0...steps).map { step in terms.reduce(0) { $0 + abs($1.exponents[step]) } }.max() ?? 1
    let pull = 0.5 * (1 + c * c) * sizes
    guard c * length > 0.75 || pull * length > 1.4 else { return nil }
    let wanted = Int(clamping: (path.length * max(2 * c, pull)).rounded(.up))
    let remedy =
      wanted <= 1_000_000
      ? "Try at least \(wanted) steps." : "Use a smaller noise_scale or smaller exponents."
    return RunWarning(
      .longSteps,
      "Steps are long for this path (\(rounded(length)) in log v each, for exponents whose sizes sum to \(rounded(sizes)) and "
        + "noise_scale \(rounded(noiseScaleMaximum))). \(remedy)",
      isDoubt: pull * length > 1.4 && role != .finer)
  }

  /// Copies of a particle that gets no noise stay copies.
  private var copies: RunWarning? {
    guard noiseScaleMaximum == 0, resampling.threshold > 0 else { return nil }
    return RunWarning(
      .copies,
      "Resampling without noise (noise_scale: 0) makes copies that never part: they count once in the effective "
        + "sample size. Use a noise_scale above 0, or ess_threshold: 0.")
  }

  /// The largest and the least `c` of all steps.
  var noiseScaleMaximum: Double { (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }.max() ?? 1 }

  /// The least steps with which the order of a scheme shows: in the mean half a unit of log v long, shorter by c, and not
  /// longer than the time in which the noise pulls particles back, `2/((1+c²)A)`.
  var bearableSteps: Int {
    let c = max(1, noiseScaleMaximum)
    let pull = 0.5 * (1 + c * c) * (exponentSums.max() ?? 1)
    return max(8, Int(clamping: (path.length * max(2 * c, pull)).rounded(.up)))
  }

  var noiseScaleMinimum: Double { (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }.min() ?? 0 }

  private func rounded(_ value: Double) -> String { String(format: "%.3g", value) }
}
