/// Particle `i` survives with probability `Wᵢ / max W`; else it is replaced by an independent draw.
///
/// Survivors stay where they are, and the number of replacements goes to zero with the spread of the weights, so the
/// rule has a limit in continuous time. Equal weights give the identity.
///
/// - Complexity: O(*N*), `N` uniform numbers and one logarithm for every replacement.
/// - Source: Del Moral 2004; its limit: Chopin, Singh, Soto & Vihola 2022.
public struct KillingResampler: Resampler {
  /// The rule, which has no settings.
  public init() {}

  /// `killing`.
  public var name: String { "killing" }
  /// What it is, in a sentence.
  public var summary: String {
    "A particle survives with probability W / max W; else it is replaced by a draw."
  }

  /// 12 bytes: a count and a point.
  public var workspaceBytesPerParticle: Int { 12 }

  /// True: replacements collide as independent draws do.
  public var supportsLeeWhiteley: Bool { true }

  /// Draws the survivors, then the replacements; see ``Resampler/fillAncestors(_:of:workspace:using:)``.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let count = ancestors.count
    precondition(weights.count == count, "\(weights.count) weights for \(count) ancestors")
    var largest = 0.0
    for weight in weights.values where weight > largest { largest = weight }

    workspace.withMemory(indices: count, numbers: count) { counts, points in
      var survivors = 0
      for index in 0..<count {
        // Strict: a weight of zero dies at u = 0, and the largest survives at every u < 1.
        let survives = generator.uniform() * largest < weights[index]
        counts[index] = survives ? 1 : 0
        survivors += survives ? 1 : 0
      }
      MultinomialDraws.add(
        to: counts, masses: weights.values, points: .init(rebasing: points[..<(count - survivors)]),
        using: &generator)
      Offspring.expand(counts, into: ancestors)
    }
  }
}

extension ResamplingScheme {
  /// A particle survives with probability W / max W; else it is replaced by a draw.
  public static let killing = Self(KillingResampler())
}
