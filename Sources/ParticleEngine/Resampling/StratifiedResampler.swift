/// One uniform number in each of `N` equal parts of the weights' sum.
///
/// Its variance is never above the multinomial one's, in any order of the particles.
///
/// - Complexity: O(*N*), `N` uniform numbers.
/// - Source: Kitagawa 1996; Douc, Cappé & Moulines 2005.
public struct StratifiedResampler: Resampler {
  /// The rule, which has no settings.
  public init() {}

  /// `stratified`.
  public var name: String { "stratified" }
  /// What it is, in a sentence.
  public var summary: String { "A draw in each N-th of the weights." }

  /// 0 bytes: ancestors are written as they are found.
  public var workspaceBytesPerParticle: Int { 0 }

  /// Draws one point in each of `N` equal parts; see ``Resampler/fillAncestors(_:of:workspace:using:)``.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let count = ancestors.count
    precondition(weights.count == count, "\(weights.count) weights for \(count) ancestors")
    let scale = Double(count)
    let last = weights.lastPositive
    var cumulative = 0.0
    var stratum = -1
    var offset = 0.0
    var start = 0
    for index in 0..<last {
      cumulative += scale * weights[index]
      // Only the number in the stratum where this weight ends matters. One is drawn for every weight and kept where
      // the stratum is new: that costs less than a branch that cannot be predicted.
      let whole = Int(clamping: cumulative)
      let fresh = generator.uniform()
      offset = whole == stratum ? offset : fresh
      stratum = whole
      let below = whole + (offset < cumulative - Double(whole) ? 1 : 0)
      let end = below < count ? below : count
      Offspring.write(Int32(truncatingIfNeeded: index), from: start, to: end, into: ancestors)
      start = end
    }
    Offspring.write(Int32(truncatingIfNeeded: last), from: start, to: count, into: ancestors)
  }
}

extension ResamplingScheme {
  /// A draw in each N-th of the weights.
  public static let stratified = Self(StratifiedResampler())
}
