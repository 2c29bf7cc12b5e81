import CKernels
import Foundation
import ParticleEngine
import Testing

/// A mixture in Float, as the kernel takes it, and its scores and log densities in Double, written as the formula is.
private struct MixtureReference {
  let dimensions: Int
  let components: Int
  let isotropic: Bool
  let means: [Float]
  let precisions: [Float]
  let logConstants: [Double]

  init(
    dimensions: Int, components: Int, isotropic: Bool, uniform: Bool = false, spread: Float,
    generator: inout PhiloxGenerator
  ) {
    self.dimensions = dimensions
    self.components = components
    self.isotropic = isotropic
    means = (0..<dimensions * components).map { _ in spread * (2 * Float(generator.uniform()) - 1) }
    let common = Float(0.2 + 2 * generator.uniform())
    let precisions = (0..<components * (isotropic ? 1 : dimensions)).map { _ in
      uniform ? common : Float(0.2 + 2 * generator.uniform())
    }
    self.precisions = precisions
    logConstants = (0..<components).map { k in
      let logWeight = log(0.1 + generator.uniform())
      return (0..<dimensions).reduce(logWeight) { sum, j in
        sum - 0.5 * log(2 * .pi / Double(precisions[isotropic ? k : k * dimensions + j]))
      }
    }
  }

  func evaluated(at x: ArraySlice<Float>) -> (score: [Double], logDensity: Double, exponentError: Double) {
    let x = x.map(Double.init)
    func precision(_ k: Int, _ j: Int) -> Double { Double(precisions[isotropic ? k : k * dimensions + j]) }
    func difference(_ k: Int, _ j: Int) -> Double { Double(means[k * dimensions + j]) - x[j] }
    let forms = (0..<components).map { k in
      (0..<dimensions).reduce(0) { $0 + 0.5 * precision(k, $1) * difference(k, $1) * difference(k, $1) }
    }
    let exponents = zip(logConstants, forms).map { $0 - $1 }
    let largest = exponents.max()!
    let weights = exponents.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    let score = (0..<dimensions).map { j in
      (0..<components).reduce(0) { $0 + weights[$1] / sum * precision($1, j) * difference($1, j) }
    }
    return (score, largest + log(sum), exponentError(forms, exponents))
  }

  /// A bound of the rounding of those exponents that matter, at 2⁻²⁴ for each operation: two differences, two products,
  /// the precision and ½/log 2 times it; sums of eight terms and of the eights; the constant's difference and its unit;
  /// the difference from the largest exponent and the exponential itself.
  private func exponentError(_ forms: [Double], _ exponents: [Double]) -> Double {
    let largest = exponents.max()!
    let largestConstant = logConstants.max()!
    let operations = Double(min(dimensions, 8) + (dimensions + 7) / 8 + 6)
    return 0x1p-24
      * zip(zip(forms, exponents), logConstants).filter { $0.0.1 > largest - 20 }.map { pair, constant in
        operations * pair.0 + 2 * (largestConstant - constant) + (largest - pair.1) + 4
      }.max()!
  }

  /// What the kernel makes of the rows.
  func run(_ level: KernelLevel, _ states: [Float], logDensities wanted: Bool = true) -> (
    scores: [Float], logDensities: [Double]
  ) {
    let count = states.count / dimensions
    var scores = [Float](repeating: .nan, count: states.count)
    var logDensities = [Double](repeating: .nan, count: count)
    var workspace = [Float](repeating: .nan, count: fk_mixture_workspace(dimensions, components))
    scores.withUnsafeMutableBufferPointer { scores in
      logDensities.withUnsafeMutableBufferPointer { logDensities in
        level.kernels.mixture_scores(
          count, dimensions, components, states, means, precisions, isotropic ? 1 : 0, logConstants,
          scores.baseAddress, wanted ? logDensities.baseAddress : nil, &workspace)
      }
    }
    return (scores, logDensities)
  }
}

private struct Shape: Sendable, CustomTestStringConvertible {
  let dimensions: Int
  let components: Int
  let isotropic: Bool
  /// All precisions are the same.
  var uniform = false
  var testDescription: String {
    "d=\(dimensions) K=\(components) \(uniform ? "uniform" : isotropic ? "isotropic" : "diagonal")"
  }

  func mixture(_ generator: inout PhiloxGenerator) -> MixtureReference {
    MixtureReference(
      dimensions: dimensions, components: components, isotropic: isotropic, uniform: uniform, spread: 3,
      generator: &generator)
  }

  static let all: [Shape] = [
    (1, 1), (1, 3), (2, 40), (3, 5), (3, 17), (4, 7), (5, 1), (17, 3), (39, 6), (64, 12),
  ]
  .flatMap {
    [
      Shape(dimensions: $0.0, components: $0.1, isotropic: true),
      Shape(dimensions: $0.0, components: $0.1, isotropic: true, uniform: true),
      Shape(dimensions: $0.0, components: $0.1, isotropic: false),
    ]
  }
}

@Suite("Scores of Gaussian mixtures")
struct MixtureTests {
  private func generator(_ step: Int) -> PhiloxGenerator {
    PhiloxGenerator(StreamKey(seed: 20, island: 0, step: step, purpose: .start))
  }

  @Test(
    "scores and log densities are those of the formula in Double to Float's rounding of the exponents",
    arguments: KernelLevel.available, Shape.all)
  private func reference(level: KernelLevel, shape: Shape) {
    var random = generator(shape.dimensions)
    let mixture = shape.mixture(&random)
    let count = 205
    let states = (0..<count * shape.dimensions).map { _ in 8 * Float(random.uniform()) - 4 }
    let (scores, logDensities) = mixture.run(level, states)
    for row in 0..<count {
      let range = row * shape.dimensions..<(row + 1) * shape.dimensions
      let exact = mixture.evaluated(at: states[range])
      #expect(abs(logDensities[row] - exact.logDensity) < exact.exponentError)
      // An exponent's error is the relative one of a responsibility; the pulls that cancel in a score are below 2.2 · 7.
      for (score, expected) in zip(scores[range], exact.score) {
        #expect(abs(Double(score) - expected) < 15.4 * 2 * exact.exponentError)
      }
    }
  }

  @Test(
    "a row's result does not depend on its place in the batch", arguments: KernelLevel.available, Shape.all)
  private func placement(level: KernelLevel, shape: Shape) {
    var random = generator(1000 + shape.dimensions)
    let mixture = shape.mixture(&random)
    let d = shape.dimensions
    let states = (0..<83 * d).map { _ in 8 * Float(random.uniform()) - 4 }
    let whole = mixture.run(level, states)
    #expect(mixture.run(level, states, logDensities: false).scores == whole.scores)
    for start in 0..<20 {
      for count in [1, 2, 15, 16, 17, 40] {
        let part = mixture.run(level, Array(states[start * d..<(start + count) * d]))
        #expect(part.scores == Array(whole.scores[start * d..<(start + count) * d]))
        #expect(part.logDensities == Array(whole.logDensities[start..<start + count]))
      }
    }
  }

  @Test(
    "far from all modes the score points back at full length", arguments: KernelLevel.available, Shape.all)
  private func far(level: KernelLevel, shape: Shape) {
    var random = generator(2000 + shape.dimensions)
    let mixture = shape.mixture(&random)
    for scale: Float in [100, 1e4, 1e6] {
      let states = (0..<19 * shape.dimensions).map { _ in scale * (2 * Float(random.uniform()) - 1) }
      let (scores, logDensities) = mixture.run(level, states)
      for row in 0..<19 {
        let range = row * shape.dimensions..<(row + 1) * shape.dimensions
        let exact = mixture.evaluated(at: states[range])
        let length = exact.score.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let error = zip(scores[range], exact.score).reduce(0) {
          $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
        }.squareRoot()
        // Components whose exponents tie to rounding may be confused; their scores differ by spread / scale at most
        // where the precisions are equal, and ties of unequal ones have measure zero.
        #expect(error < 1e-5 * length)
        #expect(abs(logDensities[row] - exact.logDensity) < 1e-6 * abs(exact.logDensity))
      }
    }
  }

  // Seen to catch: the second visit kept for all rows of a tile.
  @Test(
    "a row between the modes and one far out may share a tile", arguments: KernelLevel.available, Shape.all)
  private func nearAndFar(level: KernelLevel, shape: Shape) {
    var random = generator(2500 + shape.dimensions)
    let mixture = shape.mixture(&random)
    let d = shape.dimensions
    // From the modes, at ±3, out to where exponents go through every size down to −10⁴.
    let states = (0..<64 * d).map { i in
      pow(1.07, Float(i / d * 29 % 64)) * (2 * Float(random.uniform()) - 1) * 2
    }
    let (scores, logDensities) = mixture.run(level, states)
    for row in 0..<64 {
      let range = row * d..<(row + 1) * d
      let alone = mixture.run(level, Array(states[range]))
      #expect(alone.scores == Array(scores[range]))
      #expect(alone.logDensities == [logDensities[row]])
      let exact = mixture.evaluated(at: states[range])
      #expect(abs(logDensities[row] - exact.logDensity) < exact.exponentError)
      let size = states[range].map(abs).max()! + 3
      for (score, expected) in zip(scores[range], exact.score) {
        #expect(abs(Double(score) - expected) < 2.2 * 2 * Double(size) * 2 * exact.exponentError)
      }
    }
  }

  @Test("near a narrow mode far from the origin no digit is lost", arguments: KernelLevel.available)
  func narrow(level: KernelLevel) {
    // Standard deviation 0.003 around (40, −30): expanding the square would leave an error of 10 nats.
    let means: [Float] = [40, -30, -10, 20]
    let precision: Float = 1e5
    let states: [Float] = [40.0025, -30.001, 39.998, -30.004]
    var scores = [Float](repeating: 0, count: 4)
    var logDensities = [0.0, 0.0]
    var workspace = [Float](repeating: 0, count: fk_mixture_workspace(2, 2))
    level.kernels.mixture_scores(
      2, 2, 2, states, means, [precision, precision], 1, [0, 0], &scores, &logDensities, &workspace)
    for i in 0..<4 {
      let expected = Double(precision) * (Double(means[i % 2]) - Double(states[i]))
      #expect(abs(Double(scores[i]) - expected) < 4 * 0x1p-24 * abs(expected))
    }
    for row in 0..<2 {
      let expected =
        -0.5 * Double(precision)
        * (0..<2).reduce(0) { $0 + pow(Double(means[$1]) - Double(states[2 * row + $1]), 2) }
      #expect(abs(logDensities[row] - expected) < 4 * 0x1p-24 * abs(expected))
    }
  }

  @Test(
    "a state that is not finite gives a score that is not, and spoils no other row",
    arguments: KernelLevel.available, Shape.all)
  private func notFinite(level: KernelLevel, shape: Shape) {
    var random = generator(3000 + shape.dimensions)
    let mixture = shape.mixture(&random)
    let d = shape.dimensions
    let states = (0..<21 * d).map { _ in 8 * Float(random.uniform()) - 4 }
    let good = mixture.run(level, states)
    for poison: Float in [.nan, Float(bitPattern: 0x7fc0_0001), .infinity, -.infinity] {
      for row in [0, 7, 16, 20] {
        var spoiled = states
        spoiled[row * d + d / 2] = poison
        let result = mixture.run(level, spoiled)
        #expect(result.scores[row * d..<(row + 1) * d].allSatisfy { !$0.isFinite })
        #expect(!result.logDensities[row].isFinite)
        for other in 0..<21 where other != row {
          #expect(result.scores[other * d..<(other + 1) * d] == good.scores[other * d..<(other + 1) * d])
          #expect(result.logDensities[other] == good.logDensities[other])
        }
      }
    }
  }

  @Test("a component of weight zero is left out", arguments: KernelLevel.available)
  func zeroWeight(level: KernelLevel) {
    var scores: [Float] = [0]
    var logDensities = [0.0]
    var workspace = [Float](repeating: 0, count: fk_mixture_workspace(1, 2))
    level.kernels.mixture_scores(
      1, 1, 2, [0.5], [0, 100], [1, 4], 1, [-0.5, -.infinity], &scores, &logDensities, &workspace)
    #expect(scores == [-0.5])
    #expect(abs(logDensities[0] + 0.625) < 1e-7)
  }

  @Test("scores may overwrite the states")
  func inPlace() {
    var random = generator(4000)
    let mixture = MixtureReference(
      dimensions: 2, components: 40, isotropic: true, spread: 3, generator: &random)
    var states = (0..<2 * 33).map { _ in 8 * Float(random.uniform()) - 4 }
    var expected = [Float](repeating: 0, count: states.count)
    var workspace = [Float](repeating: 0, count: fk_mixture_workspace(2, 40))
    fk_mixture_scores(
      33, 2, 40, states, mixture.means, mixture.precisions, 1, mixture.logConstants, &expected, nil,
      &workspace)
    states.withUnsafeMutableBufferPointer {
      fk_mixture_scores(
        33, 2, 40, $0.baseAddress, mixture.means, mixture.precisions, 1, mixture.logConstants, $0.baseAddress,
        nil,
        &workspace)
    }
    #expect(states == expected)
  }

  @Test("no count of rows is an empty call")
  func empty() {
    var scores: [Float] = [7]
    var workspace = [Float](repeating: 0, count: fk_mixture_workspace(1, 1))
    fk_mixture_scores(0, 1, 1, [0], [0], [1], 1, [0], &scores, nil, &workspace)
    #expect(scores == [7])
  }
}
