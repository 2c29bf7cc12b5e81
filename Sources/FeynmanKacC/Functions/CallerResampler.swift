import CFeynmanKac
import FeynmanKac
import ParticleEngine

/// A resampler that asks a function of the caller.
struct CallerResampler: Resampler {
  let name: String
  let function: fkc_resampling_function
  let context: CallerContext
  let failures: CallFailures

  /// Keeps to the law of resamplers whatever the function does: what it got wrong ends the run at the end of the step, and until
  /// then parents are drawn systematically.
  func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    do {
      try ask(ancestors, weights, &generator)
    } catch {
      failures.keep("the resampler '\(name)': \(error)")
      SystematicResampler().fillAncestors(
        ancestors, of: weights, workspace: &workspace, using: &generator)
    }
  }

  private func ask(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, _ weights: NormalizedWeights,
    _ generator: inout some RandomNumberGenerator
  ) throws {
    // The function gets a pointer without a type: a closure that draws from this very generator.
    func next() -> UInt64 { generator.next() }
    try withoutActuallyEscaping(next) { next in
      var source = RandomSource(next: next)
      try withUnsafeMutablePointer(to: &source) { source in
        var asked = fkc_resampling()
        asked.count = Int64(ancestors.count)
        asked.weights = weights.values.baseAddress
        asked.ancestors = ancestors.baseAddress
        asked.random = drawRandom
        asked.source = UnsafeMutableRawPointer(source)
        try failures.calling("the function") { message in
          asked.message = message
          guard function(context.pointer, &asked) == 0 else { return 1 }
          return Self.write(fault(in: ancestors, of: weights), to: message)
        }
      }
    }
  }

  /// What is wrong with parents; nil where nothing is.
  private func fault(in ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights)
    -> String?
  {
    var last = 0
    for (index, ancestor) in ancestors.enumerated() {
      let parent = Int(ancestor)
      guard (0..<weights.count).contains(parent) else {
        return
          "gave parent \(parent) to particle \(index); give 0 to \(weights.count - 1)"
      }
      guard parent >= last else {
        return "gave parent \(parent) after \(last); parents ascend"
      }
      guard weights[parent] > 0 else {
        return "gave parent \(parent), whose weight is 0"
      }
      last = parent
    }
    return nil
  }

  private static func write(_ problem: String?, to message: UnsafeMutablePointer<CChar>) -> Int32 {
    guard let problem else { return 0 }
    for (index, byte) in problem.utf8.prefix(Int(FKC_MESSAGE_SIZE) - 1).enumerated() {
      message[index] = CChar(bitPattern: byte)
    }
    return 1
  }
}

private struct RandomSource {
  let next: () -> UInt64
}

private let drawRandom: @convention(c) (UnsafeMutableRawPointer?) -> UInt64 = { source in
  // bound: by `ask`, which handed it out.
  source!.assumingMemoryBound(to: RandomSource.self).pointee.next()
}
