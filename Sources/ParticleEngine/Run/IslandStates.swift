import Libc

/// What the islands of a run, or of all processes that share one, say together at a level.
package struct IslandStates {
  private let base: UnsafeRawPointer
  private let stride: Int
  package let count: Int
  /// How many particles each has.
  package let islandParticles: Int

  /// - Parameters:
  ///   - base: The first island's state; the others follow at the same distances.
  ///   - stride: That distance, in bytes.
  package init(_ base: UnsafeRawPointer, stride: Int, count: Int, islandParticles: Int) {
    self.base = base
    self.stride = stride
    self.count = count
    self.islandParticles = islandParticles
  }

  package subscript(_ island: Int) -> IslandState {
    base.load(fromByteOffset: island * stride, as: IslandState.self)
  }

  /// The weights of all islands together before this step's resampling; the sum is that of `Ẑ_k / K`.
  package var reportedMoments: WeightMoments {
    let particles = log(Double(count * islandParticles))
    var merged = WeightMoments()
    for island in 0..<count {
      var moments = self[island].reported
      guard moments.highest > -.infinity else { continue }
      // Each particle stands for Ẑ_k/(K n) of the whole.
      moments.scale(byLog: self[island].reportedLogNormalizer - particles)
      merged.merge(moments)
    }
    return merged
  }

  /// The weights that all islands have now together, each island's on the scale of its log Z.
  package var mergedMoments: WeightMoments {
    var merged = WeightMoments()
    for island in 0..<count {
      var moments = self[island].moments
      guard moments.highest > -.infinity else { continue }
      moments.scale(byLog: self[island].logNormalizer)
      merged.merge(moments)
    }
    return merged
  }

  /// log Z of each island, in nats.
  package var logNormalizers: [Double] {
    (0..<count).map { self[$0].logNormalizer + self[$0].moments.logMean(of: islandParticles) }
  }

  /// The effective sample size of all islands together. Without noise the copies of a particle never part, and count once.
  ///
  /// - Parameters:
  ///   - moments: The sums of their weights.
  ///   - squaredShares: `Σₑ Wₑ²` of an island, asked where there is no noise.
  package func effectiveSampleSize(
    _ moments: WeightMoments, isNoiseless: Bool, _ squaredShares: (Int) -> Double
  ) -> Double {
    guard isNoiseless, (0..<count).contains(where: { self[$0].resampleCount > 0 }) else {
      return moments.effectiveSampleSize
    }
    let merge = IslandMerge(logNormalizers: logNormalizers)
    let shares = merge.weights.enumerated().reduce(0) { sum, island in
      island.element > 0 ? sum + island.element * island.element * squaredShares(island.offset) : sum
    }
    return shares > 0 ? 1 / shares : moments.effectiveSampleSize
  }
}
