import Libc

/// Particles die by exponential clocks and are replaced by copies of better ones. Approximate.
///
/// With `gᵢ` the log weights since the last resampling and `ḡ` their mean, particle `i` dies with probability
/// `1 − exp(−(gᵢ − ḡ)⁻)` and is replaced by one that is drawn in proportion to `(g − ḡ)⁺`. A jump process with these
/// rates does in continuous time what the weights do, so the rule is **right only as the step goes to zero, and only
/// when used at every step**: a threshold below 1 lets the log weights grow until the bias shows. Particles of weight
/// zero die and don't count in the mean.
///
/// - Complexity: O(*N*), `N` logarithms.
/// - Source: Skreta et al. 2025, Prop. 4.1 and App. B.3.
public struct BirthDeathResampler: Resampler {
  /// The rule, which has no settings.
  public init() {}

  /// `birth-death`.
  public var name: String { "birth-death" }
  /// What it is, in a sentence.
  public var summary: String {
    "Particles die and double by exponential clocks; for short steps, at every one of them."
  }

  /// False: the rule is right only as the step goes to zero.
  public var isUnbiased: Bool { false }
  /// True: its clocks imitate the flow of the weights in time.
  public var actsAtEveryStepOnly: Bool { true }

  /// Draws who dies, and copies of the others in their place; see ``Resampler/fillAncestors(_:of:workspace:using:)``.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let count = ancestors.count
    precondition(weights.count == count, "\(weights.count) weights for \(count) ancestors")
    workspace.withMemory(indices: count, numbers: 2 * count) { counts, numbers in
      let gains = UnsafeMutableBufferPointer(rebasing: numbers[..<count])
      var sum = 0.0
      var positives = 0
      for index in 0..<count {
        gains[index] = log(weights[index])
        guard weights[index] > 0 else { continue }
        sum += gains[index]
        positives += 1
      }
      precondition(positives > 0, "every weight is zero")
      let mean = sum / Double(positives)

      var survivors = 0
      var hasGain = false
      for index in 0..<count {
        let gain = gains[index] - mean
        let survives = generator.uniform() >= -expm1(min(gain, 0))
        counts[index] = survives ? 1 : 0
        survivors += survives ? 1 : 0
        gains[index] = max(gain, 0)
        hasGain = hasGain || gain > 0
      }
      // Positive weights that are all the same give no gain: any of them will do.
      MultinomialDraws.add(
        to: counts, masses: hasGain ? UnsafeBufferPointer(gains) : weights.values,
        points: .init(rebasing: numbers[count..<(2 * count - survivors)]), using: &generator)
      Offspring.expand(counts, into: ancestors)
    }
  }
}

extension ResamplingScheme {
  /// Particles die and double by exponential clocks; for short steps, at every one of them.
  public static let birthDeath = Self(BirthDeathResampler())
}
