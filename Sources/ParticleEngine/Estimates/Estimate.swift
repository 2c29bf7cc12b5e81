/// A figure with its standard error and where that comes from.
public struct Estimate: Sendable, Equatable {
  /// Where a standard error comes from; the raw value is its name in files.
  public enum StandardErrorMethod: String, Sendable, CaseIterable {
    /// The spread of independent islands, by the delta method on the mean of Ẑ.
    case islandSpread = "island-spread"
    /// Lee & Whiteley 2018, from the ancestors at the start.
    case leeWhiteley = "lee-whiteley"
  }

  /// The estimate, in the figure's own unit.
  public let value: Double
  /// One standard error, in the same unit; nil where no valid estimator exists for the resampler and trigger in use.
  public let standardError: Double?
  /// Where the standard error comes from; nil where there is none.
  public let standardErrorMethod: StandardErrorMethod?
  /// The degrees of freedom of the standard error; nil where they are not known.
  public let degreesOfFreedom: Int?
  /// Why there is no standard error; nil where there is one.
  public let missingStandardError: MissingStandardError?

  /// A figure; what is nil is not known.
  public init(
    value: Double, standardError: Double?, standardErrorMethod: StandardErrorMethod?, degreesOfFreedom: Int?,
    missingStandardError: MissingStandardError? = nil
  ) {
    self.value = value
    self.standardError = standardError
    self.standardErrorMethod = standardErrorMethod
    self.degreesOfFreedom = degreesOfFreedom
    self.missingStandardError = missingStandardError
  }
}
