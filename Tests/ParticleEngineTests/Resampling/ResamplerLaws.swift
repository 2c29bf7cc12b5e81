import ParticleEngine
import Testing

/// Weights that resamplers have stumbled over, by name, normalised.
let weightSets: [(name: String, weights: [Double])] = [
  ("one particle", [1]),
  ("equal", normalized(Array(repeating: 1, count: 49))),
  ("one-hot", normalized([0, 0, 0, 1, 0, 0, 0])),
  ("one-hot at the start", normalized([3, 0, 0, 0, 0])),
  ("trailing zeros", normalized([1, 2, 3, 4, 0, 0, 0, 0, 0, 0])),
  ("leading zeros", normalized([0, 0, 0, 0, 0, 5, 1, 1])),
  ("halves and doubles", normalized((0..<98).map { $0.isMultiple(of: 2) ? 1 : 0 })),
  ("asymmetric", normalized([0.1, 7, 0.3, 0.5, 2, 0.01, 0.9, 1.1, 4])),
  (
    "subnormal",
    [0.5, .leastNonzeroMagnitude, 0.25, 1e13 * .leastNonzeroMagnitude, 0.25, 0, .leastNonzeroMagnitude]
  ),
  ("wide lognormal", normalized(wideWeights(count: 64, deviation: 3))),
  ("narrow lognormal", normalized(wideWeights(count: 40, deviation: 0.01))),
]

func normalized(_ weights: [Double]) -> [Double] {
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}

func wideWeights(count: Int, deviation: Double) -> [Double] {
  var normals = NormalNumbers(seed: 3)
  return (0..<count).map { _ in exponential(deviation * normals.next()) }
}

/// Calls a resampler with memory of its own.
func ancestors(
  _ resampler: some Resampler, _ weights: [Double], using generator: inout some RandomNumberGenerator
) -> [Int32] {
  var workspace = ResamplingWorkspace()
  var result = [Int32](repeating: -1, count: weights.count)
  weights.withUnsafeBufferPointer { weights in
    result.withUnsafeMutableBufferPointer {
      resampler.fillAncestors(
        $0, of: NormalizedWeights(unchecked: weights), workspace: &workspace, using: &generator)
    }
  }
  return result
}

func offspring(_ ancestors: [Int32]) -> [Int] {
  var counts = [Int](repeating: 0, count: ancestors.count)
  for ancestor in ancestors { counts[Int(ancestor)] += 1 }
  return counts
}

/// How many children a rule may give.
enum OffspringBounds {
  case none, atLeastFloor, floorOrCeiling
}

/// The laws of `Resampler`, over all sets of weights and over generators that go as far as they can.
func checkLaws(
  of resampler: some Resampler, bounds: OffspringBounds,
  sets: [(name: String, weights: [Double])] = weightSets,
  standardErrors: Double = 5
) {
  for (name, weights) in sets {
    var ones = ConstantBits(bits: .max)
    checkOnce(resampler, weights, bounds, "\(name), all ones", using: &ones)
    var zeros = ConstantBits(bits: 0)
    checkOnce(resampler, weights, bounds, "\(name), all zeros", using: &zeros)
    var seeded = SeededBits(seed: 11)
    for _ in 0..<20 { checkOnce(resampler, weights, bounds, name, using: &seeded) }
    if resampler.isUnbiased { checkMeans(resampler, weights, name, standardErrors) }
  }
}

private func checkOnce(
  _ resampler: some Resampler, _ weights: [Double], _ bounds: OffspringBounds, _ name: String,
  using generator: inout some RandomNumberGenerator
) {
  let parents = ancestors(resampler, weights, using: &generator)
  let label = "\(resampler), \(name)"
  guard parents.allSatisfy({ weights.indices.contains(Int($0)) }) else {
    Issue.record("\(label): an ancestor is not an index: \(parents)")
    return
  }
  #expect(zip(parents, parents.dropFirst()).allSatisfy { $0 <= $1 }, "\(label): not ascending")
  #expect(parents.allSatisfy { weights[Int($0)] > 0 }, "\(label): a parent of weight zero")
  for (count, weight) in zip(offspring(parents), weights) {
    let expected = weight * Double(weights.count)
    // N W may lie a rounding below or above a whole number, and then both neighbours are right.
    let floor = Int(clamping: expected - 1e-9)
    let ceiling = Int(clamping: (expected + 1e-9).rounded(.up))
    switch bounds {
    case .none: break
    case .atLeastFloor: #expect(count >= floor, "\(label): \(count) children of \(expected)")
    case .floorOrCeiling:
      #expect((floor...ceiling).contains(count), "\(label): \(count) children of \(expected)")
    }
  }
}

/// A z-test of every particle's mean number of children over 2000 draws, each within so many standard errors.
///
/// The standard error is from the draws, but no less than that of the steadiest rule, `√(f (1 − f))` with `f` the
/// fraction of `N W`. With 5 of them, 11 rules and forms and 298 means each, a false alarm has a chance of about 1 in 500. Seen to catch:
/// draws in proportion to 1 and not to W; a comb with its first tooth at 0.
private func checkMeans(
  _ resampler: some Resampler, _ weights: [Double], _ name: String, _ standardErrors: Double
) {
  let draws = 2000
  var generator = SeededBits(seed: 5)
  var sums = [Double](repeating: 0, count: weights.count)
  var squares = sums
  for _ in 0..<draws {
    for (index, count) in offspring(ancestors(resampler, weights, using: &generator)).enumerated() {
      sums[index] += Double(count)
      squares[index] += Double(count * count)
    }
  }
  for index in weights.indices {
    let expected = weights[index] * Double(weights.count)
    let fraction = expected - expected.rounded(.down)
    let mean = sums[index] / Double(draws)
    let variance = max(squares[index] / Double(draws) - mean * mean, fraction * (1 - fraction))
    let standardError = (variance / Double(draws)).squareRoot()
    #expect(
      abs(mean - expected) <= standardErrors * standardError + 1e-9,
      "\(resampler), \(name), particle \(index): \(mean) children on average, not \(expected)")
  }
}
