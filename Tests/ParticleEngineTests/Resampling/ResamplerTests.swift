import ParticleEngine
import Testing

@Suite("Resamplers")
struct ResamplerTests {
  @Test("every scheme keeps the laws of a resampler", arguments: ResamplingScheme.allCases)
  func laws(scheme: ResamplingScheme) {
    checkLaws(of: scheme.resampler, bounds: scheme.bounds)
  }

  /// Seen to catch: killing at nine tenths of the survival, which has the right means.
  @Test("equal weights leave everybody in place", arguments: [1, 2, 3, 49, 98, 1000])
  func identity(count: Int) {
    let weights = normalized(Array(repeating: 1, count: count))
    let schemes: [ResamplingScheme] = [.killing, .systematic, .residual, .ssp, .birthDeath]
    for scheme in schemes {
      var zeros = ConstantBits(bits: 0)
      #expect(ancestors(scheme.resampler, weights, using: &zeros) == Array(0..<Int32(count)), "\(scheme)")
      var ones = ConstantBits(bits: .max)
      #expect(ancestors(scheme.resampler, weights, using: &ones) == Array(0..<Int32(count)), "\(scheme)")
      var seeded = SeededBits(seed: 2)
      #expect(ancestors(scheme.resampler, weights, using: &seeded) == Array(0..<Int32(count)), "\(scheme)")
    }
  }

  @Test("a million weights sum past every last positive one without an index too far")
  func longSums() {
    // 999 000 tenths and then zeros: partial sums in Double end a few thousand roundings from one.
    let weights = normalized((0..<1_000_000).map { $0 < 999_000 ? 0.1 + 1e-3 * Double($0 % 7) : 0 })
    for scheme in ResamplingScheme.allCases where scheme != .metropolis {
      var ones = ConstantBits(bits: .max)
      let parents = ancestors(scheme.resampler, weights, using: &ones)
      #expect(parents.max()! < 999_000, "\(scheme)")
      #expect(zip(parents, parents.dropFirst()).allSatisfy { $0 <= $1 }, "\(scheme)")
    }
  }

  @Test("a workspace that served more particles serves fewer alike")
  func workspace() {
    let wide = normalized(wideWeights(count: 300, deviation: 2))
    let narrow = normalized(wideWeights(count: 20, deviation: 1))
    for scheme in ResamplingScheme.allCases {
      var workspace = ResamplingWorkspace()
      var results: [[Int32]] = []
      for weights in [narrow, wide, narrow] {
        var generator = SeededBits(seed: 8)
        var parents = [Int32](repeating: 0, count: weights.count)
        weights.withUnsafeBufferPointer { weights in
          parents.withUnsafeMutableBufferPointer {
            scheme.resampler.fillAncestors(
              $0, of: NormalizedWeights(unchecked: weights), workspace: &workspace, using: &generator)
          }
        }
        results.append(parents)
      }
      #expect(results[0] == results[2], "\(scheme)")
    }
  }

  @Test("Lee and Whiteley's estimator is offered for multinomial and killing only")
  func leeWhiteley() {
    #expect(ResamplingScheme.allCases.filter(\.resampler.supportsLeeWhiteley) == [.multinomial, .killing])
  }

  @Test("birth–death alone has to act at every step")
  func everyStep() {
    #expect(ResamplingScheme.allCases.filter(\.resampler.actsAtEveryStepOnly) == [.birthDeath])
  }

  /// Seen to catch: two schemes of one name, of which a config would mean the first.
  @Test("schemes have the names of the config, each its own, by which they are found again")
  func names() {
    let names = ResamplingScheme.allCases.map(\.rawValue)
    #expect(
      Set(names).isSuperset(of: [
        "multinomial", "residual", "stratified", "systematic", "ssp", "killing", "metropolis", "birth-death",
      ]))
    #expect(Set(names).count == names.count)
    for scheme in ResamplingScheme.allCases {
      #expect(ResamplingScheme(rawValue: scheme.rawValue) == scheme && "\(scheme)" == scheme.rawValue)
      #expect(scheme.summary.hasSuffix(".") && scheme.summary.count > 15)
    }
    #expect(ResamplingScheme(rawValue: "systematik") == nil)
    #expect(StoredOrderSystematic().name == "StoredOrderSystematic")
  }
}
