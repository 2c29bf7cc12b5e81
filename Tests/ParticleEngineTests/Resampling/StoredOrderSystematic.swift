import ParticleEngine

/// The comb laid along the weights as they are stored: what `SystematicResampler` would be without its order.
struct StoredOrderSystematic: Resampler {
  func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    let offset = generator.uniform()
    var parent = 0
    var end = weights[0]
    for child in ancestors.indices {
      while end * Double(weights.count) <= Double(child) + offset, parent < weights.count - 1 {
        parent += 1
        end += weights[parent]
      }
      ancestors[child] = Int32(parent)
    }
  }
}
