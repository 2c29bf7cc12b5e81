import ParticleEngine

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }

/// Normal numbers by Box and Muller, two at a time.
struct NormalNumbers {
  var bits: SeededBits
  private var spare: Double?

  init(seed: UInt64) { bits = SeededBits(seed: seed) }

  mutating func next() -> Double {
    if let number = spare {
      spare = nil
      return number
    }
    let radius = (-2 * log(bits.openUniform())).squareRoot()
    let angle = 2 * Double.pi * bits.uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}

/// A small Feynman–Kac model with a limit in continuous time: `dX = −X dt + √2 dW` from its stationary law, with the
/// potential `e^(−k X²)` per unit time. `log Z` is known from the same recursion without noise, so it has an exact value.
struct ToyFeynmanKac {
  var particles = 256
  var steps = 256
  var horizon = 4.0
  /// `k`
  var strength = 1.0
  /// Resample below this ESS/N; above 1 for every step.
  var threshold = 2.0

  struct Run {
    var logNormalizer = 0.0
    var resamplings = 0
    var survivors = 0
    /// Lee & Whiteley's.
    var relativeVariance: Double?
  }

  func run(_ resampler: some Resampler, seed: UInt64) -> Run {
    var normals = NormalNumbers(seed: seed &* 0x5851_F42D_4C95_7F2D)
    var bits = SeededBits(seed: ~seed)
    var workspace = ResamplingWorkspace()
    var run = Run()
    let step = horizon / Double(steps)
    let decay = exp(-step)
    let noise = (1 - decay * decay).squareRoot()
    var states = (0..<particles).map { _ in normals.next() }
    var weights = [Double](repeating: 1 / Double(particles), count: particles)
    var eves = [Int32](0..<Int32(particles))
    var parents = eves
    for _ in 0..<steps {
      var sum = 0.0
      for index in 0..<particles {
        states[index] = decay * states[index] + noise * normals.next()
        weights[index] *= exp(-strength * step * states[index] * states[index])
        sum += weights[index]
      }
      run.logNormalizer += log(sum)
      var squares = 0.0
      for index in 0..<particles {
        weights[index] /= sum
        squares += weights[index] * weights[index]
      }
      guard 1 / squares < threshold * Double(particles) else { continue }
      run.resamplings += 1
      weights.withUnsafeBufferPointer { weights in
        parents.withUnsafeMutableBufferPointer {
          resampler.fillAncestors(
            $0, of: NormalizedWeights(unchecked: weights), workspace: &workspace, using: &bits)
        }
      }
      states = parents.map { states[Int($0)] }
      eves = parents.map { eves[Int($0)] }
      for index in 0..<particles { weights[index] = 1 / Double(particles) }
    }
    run.survivors = SurvivingAncestors.count(eves)
    run.relativeVariance = LeeWhiteley.relativeVariance(
      weights: weights, eves: eves, resamplings: run.resamplings)
    return run
  }

  func runs(_ resampler: some Resampler, repeats: Int) -> [Run] {
    (0..<repeats).map { run(resampler, seed: UInt64($0) + 1) }
  }

  /// The exact `log Z` of the discrete model, by its Gaussian recursion: `X` stays a centred Gaussian under the weights.
  var exactLogNormalizer: Double {
    let step = horizon / Double(steps)
    let decay = exp(-step)
    var variance = 1.0
    var result = 0.0
    for _ in 0..<steps {
      variance = decay * decay * variance + 1 - decay * decay
      let spread = 1 + 2 * strength * step * variance
      result -= 0.5 * log(spread)
      variance /= spread
    }
    return result
  }
}

/// The mean of some numbers, their variance and the standard error of each.
struct Moments {
  let mean: Double
  let variance: Double
  let standardErrorOfMean: Double
  /// From the fourth moment, so that it holds for numbers that are not Gaussian.
  let standardErrorOfVariance: Double

  init(_ numbers: [Double]) {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let fourth = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / count
    self.mean = mean
    self.variance = variance
    standardErrorOfMean = (variance / count).squareRoot()
    standardErrorOfVariance = (max(0, fourth - variance * variance) / count).squareRoot()
  }
}
