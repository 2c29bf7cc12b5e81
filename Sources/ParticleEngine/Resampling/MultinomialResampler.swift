/// Every child draws its parent independently.
///
/// The rule that theory is written for, and the noisiest: resampling at every one of many small steps, its variance
/// grows with the number of steps.
///
/// - Complexity: O(*N*), `N + 1` uniform numbers and logarithms; no sort and no search.
/// - Source: Gordon, Salmond & Smith 1993; sorted uniform numbers: Devroye 1986, ch. V.
public struct MultinomialResampler: Resampler {
  /// The rule, which has no settings.
  public init() {}

  /// `multinomial`.
  public var name: String { "multinomial" }
  /// What it is, in a sentence.
  public var summary: String { "Independent draws." }

  /// 12 bytes: a count and a point.
  public var workspaceBytesPerParticle: Int { 12 }

  /// True: replacements collide as independent draws do.
  public var supportsLeeWhiteley: Bool { true }

  /// Draws every ancestor independently; see ``Resampler/fillAncestors(_:of:workspace:using:)``.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let count = ancestors.count
    precondition(weights.count == count, "\(weights.count) weights for \(count) ancestors")
    workspace.withMemory(indices: count, numbers: count) { counts, points in
      counts.update(repeating: 0)
      MultinomialDraws.add(to: counts, masses: weights.values, points: points, using: &generator)
      Offspring.expand(counts, into: ancestors)
    }
  }
}

extension ResamplingScheme {
  /// Independent draws.
  public static let multinomial = Self(MultinomialResampler())
}
