/// When to resample, and how.
public struct ResamplingRule: Sendable {
  /// Who has how many children.
  public var resampler: any Resampler
  /// Resample where ESS/N falls below it; 1 is every step, 0 never.
  public var threshold: Double
  /// Where on the path it acts, in progress: 0 at noise, 1 at data.
  public var window: ClosedRange<Double>

  /// A rule; `plan` and `run` check its numbers.
  public init(
    _ resampler: some Resampler = KillingResampler(), threshold: Double = 0.5,
    window: ClosedRange<Double> = 0...1
  ) {
    self.resampler = resampler
    self.threshold = threshold
    self.window = window
  }

  /// Refuses numbers that no rule can have, and a rule that does not hold at this threshold.
  ///
  /// - Parameter carriesWeights: Whether the run has weights; without them it never resamples.
  /// - Throws: `SetupError`.
  package func check(carriesWeights: Bool) throws {
    guard (0...1).contains(threshold) else {
      throw SetupError("resampling.threshold", "\(threshold); give a number from 0 to 1")
    }
    guard window.lowerBound >= 0, window.upperBound <= 1 else {
      throw SetupError("resampling.window", "\(window); give two numbers from 0 to 1")
    }
    if resampler.actsAtEveryStepOnly, threshold < 1, carriesWeights {
      throw SetupError(
        "resampling.threshold",
        "`\(type(of: resampler))` is only right when it acts at every step; give 1")
    }
  }
}
