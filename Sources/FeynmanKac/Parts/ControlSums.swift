import Libc

/// The sums that controls are fitted to: of every fold, and of all folds of its group but each.
///
/// A fold is an island, or a few blocks of the only one; its particles share a control. With two or more folds the control of each
/// is fitted to the others. A fit to the particles that it moves is one that their own weights had a part in, and then `E[Ẑ]`
/// is not `Z`: off by `O(p/n)` for `p` numbers and `n` particles, which the mean over islands does not take away. Fitted to
/// others it is as independent of their noise as a number given in advance, but for what they had told the others
/// steps before, and for what resampling carries from one fold of an island to another.
///
/// Folds of one island share the scale of its weights. Every island counts once among several, whatever its log Z: weights
/// by `Ẑ` would give the fit to the few islands that are ahead, and tie it to the very numbers that it must know nothing of. Each
/// is centred by its own mean: what one of few particles lacks of spread it lacks in variances and covariances
/// alike, and one whose weight is on one particle adds nothing.
///
/// Where several processes share the run, each writes the sums of its own folds, and `share` gives all to all.
///
/// Each entry is added up in the order of folds, from both ends: no difference of sums loses the others in one fold's size,
/// and the threads have no part in it.
struct ControlSums {
  /// What is known of each fold's particles, `[folds, width]`: weighted sums of products of the features, row after row, then
  /// `Σ w²`.
  private let own: Rows<Double>
  /// What each fold's control is fitted to, likewise; those of the fold itself where there is one.
  private let fitted: Rows<Double>
  /// Whether a fold is an island among others.
  private let areIslands: Bool
  /// The number of the first fold of this process among those of all.
  private let first: Int
  /// The folds that learn from each other, of those of all.
  private let groups: [Range<Int>]

  init(_ plan: RunPlan, in arena: Arena) {
    let width =
      (plan.needs.contains(.products) ? plan.controlFeatures * plan.controlFeatures : Self.radialWidth) + 1
    func rows() -> Rows<Double> {
      Rows(
        base: arena.allocate(Double.self, plan.foldsOfAll.multipliedSaturating(by: width)),
        count: plan.foldsOfAll, width: width)
    }
    own = rows()
    fitted = plan.foldsOfAll > 1 ? rows() : own
    areIslands = plan.population.share.total > 1
    first = plan.firstFold
    groups = plan.foldGroups
  }

  /// `Σw`, `Σ wF`, `Σ wF²`, `Σ wg`, `Σ wFg`.
  private static let radialWidth = 5

  /// Whether folds learn from each other.
  var areOfOthers: Bool { own.count > 1 }

  /// What the control of a fold is fitted to, after `gather`.
  func fitted(ofFold fold: Int) -> Rows<Double> { fitted.row(first + fold) }

  /// How many particles of equal weight the fit of a fold rests on.
  func particles(ofFold fold: Int) -> Double {
    let sums = fitted.row(first + fold)
    let squares = sums[sums.width - 1]
    return squares > 0 ? sums[0] * sums[0] / squares : 0
  }

  /// What a radial control of a fold is fitted to.
  func radial(ofFold fold: Int) -> RadialSums? {
    let sums = fitted.row(first + fold)
    guard sums[0] > 0 else { return nil }
    let mean = sums[1] / sums[0]
    let square = sums[2] / sums[0]
    return RadialSums(
      variance: square - mean * mean, covariance: sums[4] / sums[0] - mean * (sums[3] / sums[0]),
      size: 1 + square)
  }

  // MARK: - A fold

  /// Keeps the sums of a fold for a radial control.
  ///
  /// - Parameter highest: The log-weight that folds of one island are scaled by.
  func keepRadial(_ moments: WeightMoments, ofFold fold: Int, scaledBy highest: Double) {
    let sums = own.row(first + fold)
    sums.fill(0)
    guard moments.sum > 0 else { return }
    let scale = exp(moments.highest - highest)
    sums[0] = scale * moments.sum
    sums[1] = scale * moments.feature
    sums[2] = scale * moments.featureSquare
    sums[3] = scale * moments.rate
    sums[4] = scale * moments.featureRate
    sums[5] = scale * scale * moments.squareSum
    let size = sums[2] + abs(sums[3]) + abs(sums[4])
    guard size.isFinite else { return sums.fill(0) }
    guard areIslands else { return }
    let mean = sums[1] / sums[0]
    let square = sums[2] / sums[0]
    let variance = square - mean * mean
    // Below it is rounding.
    let varies = variance > 1e-12 * (1 + square)
    let covariance = sums[4] / sums[0] - mean * (sums[3] / sums[0])
    sums[5] /= sums[0] * sums[0]
    sums[0] = 1
    sums[1] = 0
    sums[2] = varies ? variance : 0
    sums[3] = 0
    sums[4] = varies ? covariance : 0
  }

  /// Keeps the sums of a fold for a linear control.
  ///
  /// - Parameters:
  ///   - moments: Of the fold's weights.
  ///   - stride: How many features there are.
  ///   - write: Adds its products up.
  func keepLinear(
    _ moments: WeightMoments, ofFold fold: Int, scaledBy highest: Double, features stride: Int,
    _ write: (Rows<Double>) -> Void
  ) {
    let sums = own.row(first + fold)
    sums.fill(0)
    guard moments.sum > 0 else { return }
    write(sums)
    let scale = exp(moments.highest - highest)
    // The particles that the products were made of, where these are not all.
    let share = min(1, sums[0] / (scale * moments.sum))
    sums[sums.width - 1] = scale * scale * moments.squareSum * share
    // Products are no larger than the squares on the diagonal.
    var size = 0.0
    for i in 0..<stride { size += sums[i * stride + i] }
    guard sums[0] > 0, size.isFinite else { return sums.fill(0) }
    guard areIslands else { return }
    sums[sums.width - 1] /= sums[0] * sums[0]
    ControlFit.center(sums.base, features: stride)
    sums[0] = 1
    for i in 1..<stride { sums[i] = 0 }
  }

  // MARK: - All but one

  /// Takes the sums of other processes' folds.
  ///
  /// - Throws: What their failure is.
  func share(by ranks: any RankGroup) throws {
    try ranks.gather(own.base, count: own.values)
  }

  /// How many parts of the sums can be gathered by themselves.
  var slices: Int { (own.width + Self.sliceWidth - 1) / Self.sliceWidth }
  private static let sliceWidth = 1024

  /// Adds up one slice of the sums of all other folds of its group, for every fold. What folds wrote is overwritten.
  func gather(_ slice: Int) {
    guard areOfOthers else { return }
    let first = slice * Self.sliceWidth
    let count = min(Self.sliceWidth, own.width - first)
    func at(_ rows: Rows<Double>, _ fold: Int) -> UnsafeMutablePointer<Double> {
      rows.base + fold * rows.width + first
    }
    for group in groups {
      // Those before.
      at(fitted, group.lowerBound).update(repeating: 0, count: count)
      for fold in group.dropFirst() {
        let (sums, before, last) = (at(fitted, fold), at(fitted, fold - 1), at(own, fold - 1))
        for i in 0..<count { sums[i] = before[i] + last[i] }
      }
      // Those after, which each row becomes the sum of.
      for fold in group.dropLast().reversed() {
        let (sums, after, mine) = (at(fitted, fold), at(own, fold + 1), at(own, fold))
        for i in 0..<count {
          sums[i] += after[i]
          mine[i] += after[i]
        }
      }
    }
  }
}
