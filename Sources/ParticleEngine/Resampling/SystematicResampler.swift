/// One uniform number and a comb of equal steps, laid along the weights with those `≤ 1/N` first.
///
/// That order, the mean partition, keeps the replacements as few as they can be and makes the rule fit for many
/// small steps, where the order as stored has several times the variance. Every particle has `⌊N Wᵢ⌋` or `⌈N Wᵢ⌉`
/// children. Equal weights give the identity.
///
/// - Complexity: O(*N*), one uniform number.
/// - Source: Chopin, Singh, Soto & Vihola 2022 (mean partition); Carpenter, Clifford & Fearnhead 1999 (the comb).
public struct SystematicResampler: Resampler {
  /// The rule, which has no settings.
  public init() {}

  /// `systematic`.
  public var name: String { "systematic" }
  /// What it is, in a sentence.
  public var summary: String { "A comb of N teeth, placed by one draw." }

  /// 4 bytes: a count.
  public var workspaceBytesPerParticle: Int { 4 }

  /// Lays one comb along the weights; see ``Resampler/fillAncestors(_:of:workspace:using:)``.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let count = ancestors.count
    precondition(weights.count == count, "\(weights.count) weights for \(count) ancestors")
    var comb = Comb(offset: generator.uniform())
    // N · (1/N) may round to less than one, and a comb whose offset is next to one would then miss a particle.
    if weights.areEqual { return Offspring.writeIdentity(into: ancestors) }

    workspace.withMemory(indices: count, numbers: 0) { counts, _ in
      let scale = Double(count)
      // Whole children are certain and move the comb by whole steps, so only the fractions lie along it. Numbers are
      // masked with zero where they are not of this pass, because branches on them would be slow.
      for index in 0..<count {
        let expected = scale * weights[index]
        counts[index] = comb.teeth(over: expected < 1 ? expected : 0)
      }
      var certain = 0
      for index in 0..<count {
        let expected = scale * weights[index]
        let whole = Int32(clamping: expected)
        counts[index] &+= whole &+ comb.teeth(over: expected < 1 ? 0 : expected - Double(whole))
        certain &+= Int(whole)
      }
      Offspring.settle(count - certain - comb.passed, in: counts, of: weights)
      Offspring.expand(counts, into: ancestors)
    }
  }
}

extension ResamplingScheme {
  /// A comb of N teeth, placed by one draw.
  public static let systematic = Self(SystematicResampler())
}

/// Teeth at `offset + 0, 1, 2 …` along a line on which lengths are laid end to end.
private struct Comb {
  /// The place of the comb, from [0, 1).
  let offset: Double
  private var end = 0.0
  /// The number of teeth below the end of the last length.
  private(set) var passed = 0

  init(offset: Double) { self.offset = offset }

  /// The number of teeth on the next length: none on a length of zero, at most one on a length below one.
  @inline(__always)
  mutating func teeth(over length: Double) -> Int32 {
    end += length
    let distance = end - offset
    let whole = Int(clamping: distance)
    let below = whole &+ (Double(whole) < distance ? 1 : 0)
    defer { passed = below }
    return Int32(truncatingIfNeeded: below &- passed)
  }
}
