/// Every child walks to its parent by a Metropolis chain of `steps` proposals among the weights. Approximate.
///
/// Only ratios of weights are used, never their sum. The bias falls with the number of steps, by a factor of at least
/// `1 − 1/(N max W)` for each, so that unequal weights need more. A chain starts at its own slot, or at a particle
/// further on the list of positive weights where its own weight is zero.
///
/// - Complexity: O(*N* · steps), two random numbers for each.
/// - Source: Murray 2011 (arXiv 1202.6163).
public struct MetropolisResampler: Resampler {
  /// `B`, the number of proposals for each child.
  public let steps: Int

  /// - Parameter steps: `B`, at least 1.
  public init(steps: Int = 32) {
    precondition(steps > 0, "a chain of \(steps) steps")
    self.steps = steps
  }

  /// `metropolis`.
  public var name: String { "metropolis" }
  /// What it is, in a sentence.
  public var summary: String { "A chain of comparisons of weights for each child; approximate." }

  /// False: the bias falls with `steps`.
  public var isUnbiased: Bool { false }
  /// 8 bytes: a count and an index.
  public var workspaceBytesPerParticle: Int { 8 }

  /// Walks every chain; see ``Resampler/fillAncestors(_:of:workspace:using:)``.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let count = ancestors.count
    precondition(weights.count == count, "\(weights.count) weights for \(count) ancestors")
    workspace.withMemory(indices: 2 * count, numbers: 0) { indices, _ in
      let counts = UnsafeMutableBufferPointer(rebasing: indices[..<count])
      let positive = UnsafeMutableBufferPointer(rebasing: indices[count...])
      var positives = 0
      for index in 0..<count where weights[index] > 0 {
        positive[positives] = Int32(truncatingIfNeeded: index)
        positives += 1
      }
      precondition(positives > 0, "every weight is zero")

      counts.update(repeating: 0)
      for slot in 0..<count {
        var parent = weights[slot] > 0 ? slot : Int(positive[slot % positives])
        for _ in 0..<steps {
          let place = generator.next().multipliedFullWidth(by: UInt64(positives)).high
          let proposal = Int(positive[Int(place)])
          parent = generator.uniform() * weights[parent] < weights[proposal] ? proposal : parent
        }
        counts[parent] += 1
      }
      Offspring.expand(counts, into: ancestors)
    }
  }
}

extension ResamplingScheme {
  /// A chain of comparisons of weights for each child; approximate.
  public static let metropolis = Self(MetropolisResampler())
}
