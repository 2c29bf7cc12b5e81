/// Chooses how well log Z is known: only by estimators that are right for the way the run resampled.
public enum NormalizerEstimate {
  /// What one island tells of log Z.
  public struct Island: Sendable {
    /// `log Ẑ_k`, in nats.
    public var logNormalizer: Double
    /// How often the island resampled.
    public var resamplings: Int
    /// The relative variance of `Ẑ` by `LeeWhiteley`; nil where that says nothing.
    public var relativeVariance: Double?
    /// `1/Σ Wₑ²`, `Wₑ` the weight of all descendants of one particle of the start; nil where it was not counted.
    public var effectiveAncestors: Double?
    /// The island of the start that it was copied from, by its number; nil where it is one of its own.
    public var eve: Int?

    /// One island; `logNormalizer` in nats, −∞ for a dead one.
    public init(
      logNormalizer: Double, resamplings: Int, relativeVariance: Double?, effectiveAncestors: Double? = nil,
      eve: Int? = nil
    ) {
      self.logNormalizer = logNormalizer
      self.resamplings = resamplings
      self.relativeVariance = relativeVariance
      self.effectiveAncestors = effectiveAncestors
      self.eve = eve
    }
  }

  /// The number of islands from which on their spread is used.
  public static let islandsForSpread = 8

  /// What to try where there is no standard error.
  public static let advice = "set `islands` to 8 or resample by `KillingResampler`"

  /// Below this `1/Σ Wₑ²` no standard error is given: <doc:Trust> has the coverage that it was chosen by.
  public static let leastEffectiveAncestors = 10.0

  /// Above this share of one island in all weight the spread of islands is no standard error.
  public static let largestIslandShare = 0.5

  /// The merged estimate of log Z.
  ///
  /// With 8 islands or more the standard error is that of their spread, unless one of them has most of the weight; islands that are copies of one
  /// count as one family. With
  /// fewer it is Lee & Whiteley's, where each island either resampled under an ESS trigger by a rule that supports it or
  /// did not resample at all, and where enough ancestors are left to tell. Both estimators are at most 1 by their algebra:
  /// a single ancestor or island would claim that. Else it is nil, and the estimate says why.
  ///
  /// - Parameters:
  ///   - islands: At least one.
  ///   - resampler: The rule that the run resampled by.
  ///   - threshold: The ESS/N below which the run resampled; 1 is every step.
  ///   - exchanges: Those of whole islands.
  public static func merge(
    _ islands: [Island], resampler: any Resampler, threshold: Double,
    exchanges: IslandExchanges = IslandExchanges()
  ) -> Estimate {
    let merge = IslandMerge(logNormalizers: islands.map(\.logNormalizer))
    if islands.count >= islandsForSpread {
      let families = IslandFamilies(islands.map(\.eve), merge.weights)
      guard
        let standardError = families.standardError(merge, exchanges),
        families.largestShare <= largestIslandShare
      else { return unknown(merge, .oneIsland(share: families.largestShare)) }
      return Estimate(
        value: merge.logNormalizer, standardError: standardError, standardErrorMethod: .islandSpread,
        degreesOfFreedom: families.count - 1)
    }
    let isSupported = resampler.supportsLeeWhiteley && threshold < 1
    guard isSupported || islands.allSatisfy({ $0.resamplings == 0 }) else {
      return unknown(merge, .unsupportedResampling)
    }
    if let effective = effectiveAncestors(islands, merge), effective < leastEffectiveAncestors {
      return unknown(merge, .fewAncestors(effective: effective))
    }
    guard let variance = merge.relativeVariance(ofIslands: islands.map(\.relativeVariance)) else {
      return unknown(merge, .noSpread)
    }
    return Estimate(
      value: merge.logNormalizer, standardError: variance.squareRoot(), standardErrorMethod: .leeWhiteley,
      degreesOfFreedom: nil)
  }

  /// `1/Σ Wₑ²` of all islands together; nil where that of one was not counted.
  public static func effectiveAncestors(_ islands: [Island], _ merge: IslandMerge) -> Double? {
    var sum = 0.0
    for (island, weight) in zip(islands, merge.weights) {
      guard let own = island.effectiveAncestors else { return nil }
      sum += weight * weight / own
    }
    return sum > 0 ? 1 / sum : nil
  }

  private static func unknown(_ merge: IslandMerge, _ reason: MissingStandardError) -> Estimate {
    Estimate(
      value: merge.logNormalizer, standardError: nil, standardErrorMethod: nil, degreesOfFreedom: nil,
      missingStandardError: reason)
  }
}
