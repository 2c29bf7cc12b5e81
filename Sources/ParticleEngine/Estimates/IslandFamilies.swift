/// Islands by the island of the start that they were copied from.
struct IslandFamilies {
  /// How many families are left.
  let count: Int
  /// The share in all weight of the family of each island of the start, 0 where none is left.
  private let shares: [Double]

  /// - Parameters:
  ///   - eves: The island of the start that each comes from; nil for its own.
  ///   - weights: `W_k`.
  init(_ eves: [Int?], _ weights: [Double]) {
    let own = eves.enumerated().map { $0.element ?? $0.offset }
    var shares = [Double](repeating: 0, count: weights.count)
    for (eve, weight) in zip(own, weights) { shares[eve] += weight }
    self.shares = shares
    count = Set(own).count
  }

  /// The share of the family that has the most.
  var largestShare: Double { shares.max() ?? 1 }

  /// The standard error of log Z: the larger of two. The relative variances of the islands' weights at each exchange and at the end sum to one that is too
  /// small where islands remember what came before; Lee & Whiteley's, with islands for particles, sees that, but not well by few islands.
  ///
  /// - Returns: Nil where all islands are dead.
  func standardError(_ merge: IslandMerge, _ exchanges: IslandExchanges) -> Double? {
    guard let spread = merge.spreadStandardError, exchanges.count > 0 else {
      return merge.spreadStandardError
    }
    let families = LeeWhiteley.relativeVariance(
      squaredShares: shares.reduce(0) { $0 + $1 * $1 }, count: shares.count, resamplings: exchanges.count)
    return max(exchanges.relativeVariance + spread * spread, families ?? 0).squareRoot()
  }
}
