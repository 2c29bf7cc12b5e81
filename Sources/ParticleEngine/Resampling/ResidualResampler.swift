/// `⌊N Wᵢ⌋` children for certain, and the rest by independent draws in proportion to what is left.
///
/// Its variance is never above the multinomial one's. Where all `N Wᵢ` are close to one, about half of the floors are
/// zero, so that it is little better at small steps.
///
/// - Complexity: O(*N*), one logarithm for every child that is drawn.
/// - Source: Liu & Chen 1998; Douc, Cappé & Moulines 2005.
public struct ResidualResampler: Resampler {
  /// The rule, which has no settings.
  public init() {}

  /// `residual`.
  public var name: String { "residual" }
  /// What it is, in a sentence.
  public var summary: String { "⌊N W⌋ children for certain, the rest by independent draws." }

  /// Gives the whole children, then draws the rest; see ``Resampler/fillAncestors(_:of:workspace:using:)``.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let count = ancestors.count
    precondition(weights.count == count, "\(weights.count) weights for \(count) ancestors")
    workspace.withMemory(indices: count, numbers: 2 * count) { counts, numbers in
      let residuals = UnsafeMutableBufferPointer(rebasing: numbers[..<count])
      let scale = Double(count)
      var certain = 0
      for index in 0..<count {
        let expected = scale * weights[index]
        // N · (1/N) may round to less than one; drawing such a child would make equal weights noisy.
        let whole = Int32(clamping: expected + 1e-9)
        counts[index] = whole
        residuals[index] = max(0, expected - Double(whole))
        certain += Int(whole)
      }
      MultinomialDraws.add(
        to: counts, masses: UnsafeBufferPointer(residuals),
        points: .init(rebasing: numbers[count..<(2 * count - certain)]), using: &generator)
      Offspring.expand(counts, into: ancestors)
    }
  }
}

extension ResamplingScheme {
  /// ⌊N W⌋ children for certain, the rest by independent draws.
  public static let residual = Self(ResidualResampler())
}
