/// Weighted samples of the target and what is known about them.
public struct RunResult: Sendable {
  /// Row-major `[particles, dimensions]`, in `x` coordinates.
  public let samples: [Float]
  /// `[particles]`, in nats, normalised: their log-sum-exp is 0.
  public let logWeights: [Double]
  /// `[particles]`: the index at the start of the path that each particle descends from.
  public let ancestors: [Int64]
  public let dimensions: Int
  public let intrinsicDimensions: Int
  public let islands: Int
  /// log Z at the end, absolute, in nats; nil without correction.
  public let logNormalizer: Estimate?
  /// log Z at the start of the path; nil without correction.
  public let logNormalizerInitial: Double?
  /// log Z of each island; empty without correction.
  public let islandLogNormalizers: [Double]
  /// Over all islands, after the merge.
  public let effectiveSampleSize: Double
  public let minimumEffectiveSampleSize: Double
  /// Summed over islands.
  public let resampleCount: Int
  public let uniqueAncestors: Int
  /// Rows that each model was asked for, in the order of the target's terms.
  public let modelEvaluations: [(model: String, rows: Int)]
  /// `steps + 1` rows.
  public let trace: [StepReport]
  /// Sampling alone.
  public let wallSeconds: Double
  public let threads: Int
}

/// A figure with its standard error and where that comes from.
public struct Estimate: Sendable, Equatable {
  public enum StandardErrorMethod: String, Sendable, CaseIterable {
    /// The spread of independent islands, by the delta method on the mean of Ẑ.
    case islandSpread = "island-spread"
    /// Lee & Whiteley 2018, from the ancestors at the start.
    case leeWhiteley = "lee-whiteley"
  }

  public let value: Double
  /// Nil where no valid estimator exists for the resampler and trigger in use.
  public let standardError: Double?
  public let standardErrorMethod: StandardErrorMethod?
  /// Of the standard error; nil where it is not known.
  public let degreesOfFreedom: Int?

  public init(
    value: Double, standardError: Double?, standardErrorMethod: StandardErrorMethod?, degreesOfFreedom: Int?
  ) {
    self.value = value
    self.standardError = standardError
    self.standardErrorMethod = standardErrorMethod
    self.degreesOfFreedom = degreesOfFreedom
  }
}
