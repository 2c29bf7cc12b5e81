/// Chooses how well log Z is known: only by estimators that are right for the way the run resampled.
public enum NormalizerEstimate {
  /// What one island tells of log Z.
  public struct Island: Sendable {
    /// `log Ẑ_k`, in nats.
    public var logNormalizer: Double
    /// How often the island resampled.
    public var resamplings: Int
    /// By `LeeWhiteley`; nil where that says nothing.
    public var relativeVariance: Double?

    /// One island; `logNormalizer` in nats, −∞ for a dead one.
    public init(logNormalizer: Double, resamplings: Int, relativeVariance: Double?) {
      self.logNormalizer = logNormalizer
      self.resamplings = resamplings
      self.relativeVariance = relativeVariance
    }
  }

  /// From this many islands on their spread is used.
  public static let islandsForSpread = 8

  /// What to try where there is no standard error.
  public static let advice = "set islands to 8 or resample by killing"

  /// The merged estimate of log Z.
  ///
  /// With 8 islands or more the standard error is that of their spread. With fewer it is Lee & Whiteley's, where each
  /// island either resampled under an ESS trigger by a rule that supports it or did not resample at all. Else it is
  /// nil, and `advice` says what to do.
  ///
  /// - Parameters:
  ///   - islands: At least one.
  ///   - resampler: The rule that the run resampled by.
  ///   - threshold: Of ESS/N below which the run resampled; 1 is every step.
  public static func merge(
    _ islands: [Island], resampler: any Resampler, threshold: Double
  ) -> Estimate {
    let merge = IslandMerge(logNormalizers: islands.map(\.logNormalizer))
    if islands.count >= islandsForSpread {
      let standardError = merge.spreadStandardError
      return Estimate(
        value: merge.logNormalizer, standardError: standardError,
        standardErrorMethod: standardError == nil ? nil : .islandSpread,
        degreesOfFreedom: standardError == nil ? nil : islands.count - 1)
    }
    let isSupported = resampler.supportsLeeWhiteley && threshold < 1
    let variances = islands.map { isSupported || $0.resamplings == 0 ? $0.relativeVariance : nil }
    let standardError = merge.relativeVariance(ofIslands: variances)?.squareRoot()
    return Estimate(
      value: merge.logNormalizer, standardError: standardError,
      standardErrorMethod: standardError == nil ? nil : .leeWhiteley, degreesOfFreedom: nil)
  }
}
