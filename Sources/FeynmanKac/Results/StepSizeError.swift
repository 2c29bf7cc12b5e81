/// How far a run's step size leads it astray, apart from its Monte Carlo error.
///
/// A second run at every second level has the same start and the same noise, and resamples when the run does. What it
/// finds differs by the step size alone, but for a small Monte Carlo error of its own; by Richardson's extrapolation the
/// run itself is off by `1/(2^p − 1)` of that, `p` the order of the scheme: a third for the schemes of second order, all of
/// it for those of first. That holds once the steps are short enough for the order to show.
public struct StepSizeError: Sendable {
  /// Whether particles are compared with those of a coarser run.
  public enum Method: Sendable, Equatable {
    /// It is not found out.
    case none
    /// A pair of small runs beside the run finds it wherever that can be, with ``automaticShare`` of the particles: 6 % of the run's
    /// model evaluations. Nothing of the run itself depends on it.
    case automatic
    /// A run of twice the step length finds it.
    ///
    /// - Parameter share: Of the particles, above 0 up to 1. At 1 the coarser run goes along with the run itself, which adds half of its
    ///   model evaluations. Below, a pair of a run and a coarser one is made beside it, with half as many evaluations again as the share.
    case doubling(share: Double = 1)
  }

  /// The share of the particles that a pair has where nothing was asked for.
  public static let automaticShare = 0.04
  /// The fewest particles of a pair: fewer tell nothing.
  static let leastParticles = 16

  /// An estimated error, its own standard error, and the Monte Carlo error that it stands beside.
  public struct Figure: Sendable, Equatable {
    /// What the run found minus what it would find with infinitely short steps.
    public let value: Double
    /// The standard error of `value`, by the ancestors of the particles or the spread of islands; nil where neither is valid.
    public let standardError: Double?
    /// Its degrees of freedom, at least 1; nil where they are not known.
    public let degreesOfFreedom: Double?
    /// The Monte Carlo error of what the run found, by the same estimator; nil where it is not valid.
    public let monteCarloError: Double?

    /// All in the unit of what the run found.
    public init(
      value: Double, standardError: Double?, degreesOfFreedom: Double? = nil, monteCarloError: Double?
    ) {
      self.value = value
      self.standardError = standardError
      self.degreesOfFreedom = degreesOfFreedom
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
  /// The particles of the coarser run.
  public let particles: Int

  /// Values for all properties.
  public init(logNormalizer: Figure, mean: [Figure], order: Int, steps: Int, particles: Int) {
    self.logNormalizer = logNormalizer
    self.mean = mean
    self.order = order
    self.steps = steps
    self.particles = particles
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
