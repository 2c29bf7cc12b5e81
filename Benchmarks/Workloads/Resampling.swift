import FeynmanKac
import Foundation

extension Workload {
  /// Every resampler, from normalised weights to ancestors, on weights e^z with z standard normal: on all threads, as the
  /// engine does, where it can, and on one.
  static var resampling: [Workload] {
    ResamplingScheme.allCases.flatMap { scheme in
      [1_000, 10_000, 100_000, 1_000_000, 10_000_000].map { count in
        let ancestors = AncestorCounts()
        return Workload(
          "\(scheme.rawValue).N=\(count)", count, "weights",
          check: { ("largest_deviation", ancestors.largestDeviation) }
        ) {
          ancestors.weights = logNormalWeights(count)
          ancestors.ancestors = Array(repeating: 0, count: count)
          let call = resample(scheme.resampler, ancestors)
          return call
        }
      }
    } + blockResampling
  }

  private static var blockResampling: [Workload] {
    ResamplingScheme.allCases.flatMap { scheme -> [Workload] in
      guard let resampler = scheme.resampler as? any ChunkedResampler else { return [] }
      return [1_000, 10_000, 100_000, 1_000_000, 10_000_000].map { count in
        let ancestors = AncestorCounts()
        return Workload(
          "\(scheme.rawValue)-blocks.N=\(count)", count, "weights",
          check: { ("largest_deviation", ancestors.largestDeviation) }
        ) {
          ancestors.weights = logNormalWeights(count)
          ancestors.ancestors = Array(repeating: 0, count: count)
          return resample(resampler, inBlocks: ancestors)
        }
      }
    }
  }

  private static func resample(_ resampler: some ChunkedResampler, inBlocks memory: AncestorCounts) -> () -> Void {
    let chunks = ResamplingChunks(particles: memory.weights.count)
    let counts = Buffer<Int32>(memory.weights.count, 0)
    return {
      memory.weights.withUnsafeBufferPointer { weights in
        memory.ancestors.withUnsafeMutableBufferPointer { ancestors in
          chunks.fillAncestors(
            ancestors, of: NormalizedWeights(unchecked: weights),
            counts: UnsafeMutableBufferPointer(start: counts.start, count: weights.count), by: resampler,
            numbers: ResamplingNumbers(seed: 7))
        }
      }
    }
  }

  /// Opens the existential once, so that a call is as the engine's.
  private static func resample(_ resampler: some Resampler, _ memory: AncestorCounts) -> () -> Void {
    var workspace = ResamplingWorkspace()
    var generator = SplitMix(state: 7)
    return {
      memory.weights.withUnsafeBufferPointer { weights in
        memory.ancestors.withUnsafeMutableBufferPointer { ancestors in
          resampler.fillAncestors(
            ancestors, of: NormalizedWeights(unchecked: weights), workspace: &workspace, using: &generator)
        }
      }
    }
  }
}

/// Weights proportional to e^z with z standard normal, by the Box–Muller transform of evenly spread numbers.
private func logNormalWeights(_ count: Int) -> [Double] {
  var generator = SplitMix(state: 1)
  let raw = (0..<count).map { _ in
    let radius = (-2 * log(Double.random(in: Double.ulpOfOne..<1, using: &generator))).squareRoot()
    return exp(radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &generator)))
  }
  let sum = raw.reduce(0, +)
  return raw.map { $0 / sum }
}

private final class AncestorCounts {
  var weights: [Double] = []
  var ancestors: [Int32] = []

  /// The largest difference between a particle's offspring and N W: below 1 for systematic and SSP resampling.
  var largestDeviation: Double {
    var counts = [Int](repeating: 0, count: weights.count)
    for ancestor in ancestors { counts[Int(ancestor)] += 1 }
    return zip(counts, weights).map { abs(Double($0) - Double(weights.count) * $1) }.max() ?? 0
  }
}

/// A fast generator for the decisions of resamplers, which draw little.
///
/// - Source: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
