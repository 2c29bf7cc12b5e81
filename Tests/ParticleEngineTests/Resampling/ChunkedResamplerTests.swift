import ParticleEngine
import Testing

@Suite("Resamplers by chunks")
struct ChunkedResamplerTests {
  /// Weights over several chunks: uneven, with a chunk of zeros inside, with all in the last particle.
  private static let longSets: [(name: String, weights: [Double])] = {
    let wide = wideWeights(count: 2 * ResamplingChunks.rows + 300, deviation: 1)
    let gap = wide.enumerated().map { (900..<2100).contains($0.offset) ? 0 : $0.element }
    let last = wide.indices.map { $0 == wide.count - 1 ? 1.0 : 0 }
    return [("wide", normalized(wide)), ("a gap", normalized(gap)), ("one-hot at the end", last)]
  }()

  @Test("those with chunks are known") func conformers() {
    let known: Set<ResamplingScheme> = [.multinomial, .residual, .stratified, .systematic, .killing]
    #expect(known.isSubset(of: ResamplingScheme.byBlocks))
  }

  @Test("every rule keeps the laws by chunks", arguments: ResamplingScheme.byBlocks)
  func laws(scheme: ResamplingScheme) {
    checkLaws(of: scheme.blockForm, bounds: scheme.bounds)
  }

  /// Six standard errors of 7,000 means for each of five rules: a false alarm has a chance of about 1 in 10,000.
  @Test("and over several chunks", arguments: ResamplingScheme.byBlocks)
  func longLaws(scheme: ResamplingScheme) {
    checkLaws(of: scheme.blockForm, bounds: scheme.bounds, sets: Self.longSets, standardErrors: 6)
  }

  @Test("children are the same for any number of threads", arguments: ResamplingScheme.byBlocks)
  func threads(scheme: ResamplingScheme) {
    let weights = normalized(wideWeights(count: 10_007, deviation: 1.5))
    let results = [1, 2, 3, 7].map { threads in
      let chunks = ResamplingChunks(particles: weights.count, threads: threads)
      var counts = [Int32](repeating: -1, count: weights.count)
      weights.withUnsafeBufferPointer { weights in
        counts.withUnsafeMutableBufferPointer {
          scheme.blockRule.fillOffspring(
            $0, of: NormalizedWeights(unchecked: weights), in: chunks, numbers: ResamplingNumbers(seed: 4))
        }
      }
      return counts
    }
    #expect(results[0].reduce(0, +) == 10_007)
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// Weights as a run has them: the exponential of a log-weight, not 1/N to the last bit.
  @Test("equal weights leave everybody in place", arguments: [1, 2, 3, 49, 98, 1000, 5000, 100_003])
  func identity(count: Int) {
    for scheme in [ResamplingScheme.killing, .systematic, .residual, .stratified] {
      for bits in [UInt64.max, 0, 0x1234_5678_9ABC_DEF0] {
        let numbers = ResamplingNumbers { words, _ in words.update(repeating: bits) }
        let parents = Self.parents(
          logWeights: Array(repeating: 3.7, count: count), scheme.blockRule, numbers)
        #expect(parents == Array(0..<Int32(count)), "\(scheme)")
      }
    }
  }

  @Test("log-weights of any scale give the ancestors of their weights")
  func logWeights() {
    var normals = NormalNumbers(seed: 8)
    let logWeights = (0..<5000).map { $0 % 7 == 0 ? -Double.infinity : 700 + normals.next() }
    let weights = normalized(logWeights.map { exponential($0 - 700) })
    for scheme in ResamplingScheme.byBlocks {
      var workspace = ResamplingWorkspace()
      var expected = [Int32](repeating: -1, count: 5000)
      var generator = FirstWord(word: 77)
      weights.withUnsafeBufferPointer { weights in
        expected.withUnsafeMutableBufferPointer {
          scheme.blockForm.fillAncestors(
            $0, of: NormalizedWeights(unchecked: weights), workspace: &workspace, using: &generator)
        }
      }
      let parents = Self.parents(
        logWeights: logWeights, scheme.blockRule, ResamplingNumbers(seed: 77))
      // The weights differ by roundings, which move a child now and then.
      #expect(zip(parents, expected).filter { $0 != $1 }.count <= 2, "\(scheme)")
    }
  }

  @Test("a million weights sum past every last positive one without an index too far")
  func longSums() {
    let weights = normalized((0..<1_000_000).map { $0 < 999_000 ? 0.1 + 1e-3 * Double($0 % 7) : 0 })
    for scheme in ResamplingScheme.byBlocks {
      var ones = ConstantBits(bits: .max)
      let parents = ancestors(scheme.blockForm, weights, using: &ones)
      #expect(parents.max()! < 999_000, "\(scheme)")
      #expect(zip(parents, parents.dropFirst()).allSatisfy { $0 <= $1 }, "\(scheme)")
    }
  }

  private static func parents(
    logWeights: [Double], _ rule: some ChunkedResampler, _ numbers: ResamplingNumbers
  ) -> [Int32] {
    let count = logWeights.count
    var (weights, counts) = ([Double](repeating: 0, count: count), [Int32](repeating: 0, count: count))
    var parents = counts
    logWeights.withUnsafeBufferPointer { logWeights in
      weights.withUnsafeMutableBufferPointer { weights in
        counts.withUnsafeMutableBufferPointer { counts in
          parents.withUnsafeMutableBufferPointer {
            ResamplingChunks(particles: count, threads: 2).fillAncestors(
              $0, ofLogWeights: logWeights, weights: weights, counts: counts, by: rule, numbers: numbers)
          }
        }
      }
    }
    return parents
  }
}

/// One word for ever, as a seed.
private struct FirstWord: RandomNumberGenerator {
  let word: UInt64
  mutating func next() -> UInt64 { word }
}
