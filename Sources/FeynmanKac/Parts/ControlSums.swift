/// The sums that controls are fitted to: of every island, and of all islands but each.
///
/// With two or more islands the control of each is fitted to the others. A fit to the particles that it moves is one that
/// their own weights had a part in, and then `E[Ẑ]` is not `Z`: off by `O(1/n)` of an island's `n` particles, which the mean over
/// islands does not take away. Fitted to others it is as independent of the island's noise as a number given in advance, but for
/// what the island itself had told the others steps before.
///
/// Every island has a weight of one among the others, whatever its log Z. Weights by `Ẑ` would give the fit to the few
/// islands that are ahead, and tie it to the very numbers that it must know nothing of. Each island is centred by its own
/// mean: what one of few particles lacks of spread it lacks in variances and covariances alike, and one whose weight is
/// on one particle adds nothing.
///
/// Each entry is added up in the order of islands, from both ends: no difference of sums loses the others in one island's
/// size, and the threads have no part in it.
struct ControlSums {
  /// What is known of each island's particles, `[islands, width]`.
  private let own: Rows<Double>
  /// What each island's control is fitted to, likewise; those of the island itself where there is one.
  private let fitted: Rows<Double>

  /// - Parameter width: How many sums an island has, beside the number of particles that it is worth.
  init(width: Int, islands: Int, in arena: Arena) {
    func rows() -> Rows<Double> {
      Rows(
        base: arena.allocate(Double.self, islands.multipliedSaturating(by: width + 1)), count: islands,
        width: width + 1)
    }
    own = rows()
    fitted = islands > 1 ? rows() : own
  }

  /// Whether islands learn from each other.
  var areOfOthers: Bool { own.count > 1 }

  /// Where an island's sums are written.
  func row(ofIsland island: Int) -> Rows<Double> { own.row(island) }

  /// What an island's control is fitted to, after `gather`.
  func fitted(ofIsland island: Int) -> Rows<Double> { fitted.row(island) }

  /// How many particles an island's sums are worth, the last entry.
  func setParticles(_ effective: Double, ofIsland island: Int) { own.row(island)[own.width - 1] = effective }

  /// The number of particles that an island's fit rests on where they are not its own; else nil.
  func others(ofIsland island: Int) -> Double? {
    areOfOthers ? fitted.row(island)[fitted.width - 1] : nil
  }

  /// An island whose sums are not finite tells the others nothing.
  func forget(_ island: Int) { own.row(island).fill(0) }

  // MARK: - All but one

  /// How many parts of the sums can be gathered by themselves.
  var slices: Int { (own.width + Self.sliceWidth - 1) / Self.sliceWidth }
  private static let sliceWidth = 1024

  /// Adds up one slice of the sums of all other islands, for every island. What islands wrote is overwritten.
  func gather(_ slice: Int) {
    guard areOfOthers else { return }
    let first = slice * Self.sliceWidth
    let count = min(Self.sliceWidth, own.width - first)
    let islands = own.count
    func at(_ rows: Rows<Double>, _ island: Int) -> UnsafeMutablePointer<Double> {
      rows.base + island * rows.width + first
    }
    // Those before.
    at(fitted, 0).update(repeating: 0, count: count)
    for island in 1..<islands {
      let (sums, before, last) = (at(fitted, island), at(fitted, island - 1), at(own, island - 1))
      for i in 0..<count { sums[i] = before[i] + last[i] }
    }
    // Those after, which each row becomes the sum of.
    for island in (0..<islands - 1).reversed() {
      let (sums, after, mine) = (at(fitted, island), at(own, island + 1), at(own, island))
      for i in 0..<count {
        sums[i] += after[i]
        mine[i] += after[i]
      }
    }
  }
}

extension ControlSums {
  /// How many sums a radial control is fitted to.
  static let radialWidth = 3

  /// Keeps the sums of an island's weights for a radial control.
  func keepRadial(_ moments: WeightMoments, ofIsland island: Int) {
    guard moments.sum > 0 else { return forget(island) }
    let mean = moments.feature / moments.sum
    let square = moments.featureSquare / moments.sum
    let variance = square - mean * mean
    let covariance = moments.featureRate / moments.sum - mean * (moments.rate / moments.sum)
    guard variance.isFinite, covariance.isFinite else { return forget(island) }
    let sums = row(ofIsland: island)
    sums[0] = variance
    sums[1] = covariance
    sums[2] = 1 + square
    setParticles(moments.effectiveSampleSize, ofIsland: island)
  }

  /// What a radial control of an island is fitted to.
  func radial(ofIsland island: Int) -> RadialSums {
    let sums = fitted(ofIsland: island)
    return RadialSums(variance: sums[0], covariance: sums[1], size: sums[2])
  }
}
