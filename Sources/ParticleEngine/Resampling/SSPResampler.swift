/// Srinivasan's sampling: pairs of particles settle their fractions between them, one pair after the other.
///
/// Every particle has `⌊N Wᵢ⌋` or `⌈N Wᵢ⌉` children, and their numbers are negatively associated, so that the rule
/// converges in any order of the particles, which the systematic comb does not.
///
/// - Complexity: O(*N*), `N` uniform numbers.
/// - Source: Gerber, Chopin & Whiteley 2019; Srinivasan 2001.
public struct SSPResampler: Resampler {
  /// The rule, which has no settings.
  public init() {}

  /// `ssp`.
  public var name: String { "ssp" }
  /// What it is, in a sentence.
  public var summary: String { "Srinivasan's sampling: pairs settle the fractions of N W between them." }

  /// 4 bytes: a count.
  public var workspaceBytesPerParticle: Int { 4 }

  /// Settles the fractions in pairs; see ``Resampler/fillAncestors(_:of:workspace:using:)``.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let count = ancestors.count
    precondition(weights.count == count, "\(weights.count) weights for \(count) ancestors")
    workspace.withMemory(indices: count, numbers: 0) { counts, _ in
      let scale = Double(count)
      var total = 0
      // The one particle whose fraction is still open, and that fraction.
      var open = 0
      var fraction = 0.0
      for index in 0..<count {
        let expected = scale * weights[index]
        let whole = Int32(clamping: expected)
        let other = expected - Double(whole)
        counts[index] = whole
        let sum = fraction + other
        let draw = generator.uniform()
        if sum < 1 {
          // One of the two ends at zero; the other takes both fractions.
          open = draw * sum < fraction ? open : index
          fraction = sum
        } else {
          // One of the two ends at one; the other keeps the excess.
          let opensToOne = draw * (2 - sum) < 1 - other
          let winner = opensToOne ? open : index
          open = opensToOne ? index : open
          counts[winner] += 1
          total += 1
          fraction = sum - 1
        }
        total += Int(whole)
      }
      // The last fraction is 0 or 1 but for rounding; the total says which.
      if total == count - 1, scale * weights[open] > Double(counts[open]) {
        counts[open] += 1
        total += 1
      }
      Offspring.settle(count - total, in: counts, of: weights)
      Offspring.expand(counts, into: ancestors)
    }
  }
}

extension ResamplingScheme {
  /// Srinivasan's sampling: pairs settle the fractions of N W between them.
  public static let ssp = Self(SSPResampler())
}
