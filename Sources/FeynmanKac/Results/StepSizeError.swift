/// How far a run's step size leads it astray, apart from its Monte Carlo error.
///
/// A second run at every second level has the same start and the same noise, and resamples when the run does. What it
/// finds differs by the step size alone, but for a small Monte Carlo error of its own; by Richardson's extrapolation the
/// run itself is off by `1/(2^p − 1)` of that, `p` the order of the scheme: a third for the schemes of second order, all of
/// it for those of first. That holds once the steps are short enough for the order to show.
public struct StepSizeError: Sendable {
  /// Whether a run is compared with a coarser one.
  public enum Method: String, Sendable, CaseIterable {
    case none
    /// A run of twice the step length finds it, which adds half the model evaluations of the run.
    case doubling
  }

  /// An estimated error, its own standard error, and the Monte Carlo error that it stands beside.
  public struct Figure: Sendable, Equatable {
    /// What the run found minus what it would find with infinitely short steps.
    public let value: Double
    /// The standard error of `value`, by the ancestors of the particles or the spread of islands; nil where neither is valid.
    public let standardError: Double?
    /// The Monte Carlo error of what the run found, by the same estimator; nil where it is not valid.
    public let monteCarloError: Double?

    /// All in the unit of what the run found.
    public init(value: Double, standardError: Double?, monteCarloError: Double?) {
      self.value = value
      self.standardError = standardError
      self.monteCarloError = monteCarloError
    }
  }

  /// The step-size error of log Z, in nats.
  public let logNormalizer: Figure
  /// The step-size error of the weighted mean of each coordinate, length `d`, in data units.
  public let mean: [Figure]
  /// `p`.
  public let order: Int
  /// The steps of the coarser run.
  public let steps: Int

  /// Values for all properties.
  public init(logNormalizer: Figure, mean: [Figure], order: Int, steps: Int) {
    self.logNormalizer = logNormalizer
    self.mean = mean
    self.order = order
    self.steps = steps
  }

  /// True where an error of log Z or of a coordinate's mean exceeds the Monte Carlo error by more than its own noise.
  public var exceedsMonteCarloError: Bool {
    ([logNormalizer] + mean).contains(where: \.exceedsMonteCarloError)
  }
}

extension StepSizeError.Figure {
  /// True where the error is larger than the Monte Carlo error, and that not by its own noise of two standard errors.
  public var exceedsMonteCarloError: Bool {
    guard let standardError, let monteCarloError else { return false }
    return abs(value) - 2 * standardError > monteCarloError
  }
}
