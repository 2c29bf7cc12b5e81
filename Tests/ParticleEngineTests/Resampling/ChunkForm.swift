import ParticleEngine

/// The form by chunks of a rule, on two threads, behind the protocol of the serial one.
struct ChunkForm<Rule: ChunkedResampler>: Resampler {
  let rule: Rule

  init(_ rule: Rule) { self.rule = rule }

  var isUnbiased: Bool { rule.isUnbiased }

  func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let numbers: ResamplingNumbers
    if let constant = generator as? ConstantBits {
      numbers = ResamplingNumbers { words, _ in words.update(repeating: constant.bits) }
    } else {
      numbers = ResamplingNumbers(seed: generator.next())
    }
    workspace.withMemory(indices: ancestors.count, numbers: 0) { counts, _ in
      ResamplingChunks(particles: weights.count, threads: 2).fillAncestors(
        ancestors, of: weights, counts: counts, by: rule, numbers: numbers)
    }
  }
}

extension ResamplingScheme {
  /// Those whose rule works by chunks.
  static let byBlocks = allCases.filter { $0.resampler is any ChunkedResampler }

  var blockRule: any ChunkedResampler { resampler as! any ChunkedResampler }

  var blockForm: any Resampler {
    func form(_ rule: some ChunkedResampler) -> any Resampler { ChunkForm(rule) }
    return form(blockRule)
  }

  /// How many children the rule may give.
  var bounds: OffspringBounds {
    switch self {
    case .systematic, .ssp: .floorOrCeiling
    case .residual: .atLeastFloor
    default: .none
    }
  }
}
