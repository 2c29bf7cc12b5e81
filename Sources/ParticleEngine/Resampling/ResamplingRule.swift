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
}
