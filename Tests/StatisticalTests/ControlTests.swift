import FeynmanKac
import Foundation
import Testing

@Suite("control")
struct ControlTests {
  // A factor of 4 is asked for; with these seeds it is 10.8, and over six other sets of twelve it was 8.8 to 14.3.
  // Seen to catch, where 4.4 without control becomes 0.41 with it: θ of the wrong sign (49); its feature without D (107);
  // θ not in the weights (131).
  @Test("radial control cuts the error of log Z at least fourfold in 32 dimensions")
  func radial() throws {
    // Three modes in 32 dimensions, of unequal mass, apart by some eleven of their standard deviations.
    var word: UInt64 = 3
    func uniform() -> Double {
      word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(word >> 11) * 0x1p-53
    }
    let means = (0..<3).map { _ in (0..<32).map { _ in 3.46 * (uniform() - 0.5) } }
    let model = try GaussianMixture(
      means: means, weights: [0.5, 0.3, 0.2], standardDeviation: 0.5.squareRoot())
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 30),
      target: .annealed(model, inverseTemperature: 2), steps: 50)
    sampler.target.path = .constant
    let exact = StatisticalTargets.product([model, model], level: 1e-4).logNormalizer
    func error(_ control: Sampler.Control) throws -> Double {
      sampler.control = control
      return Repeated(try sampler.runs(0..<12, particles: 4000).map { $0.logNormalizer!.value - exact })
        .rootMeanSquare
    }
    let without = try error(.none)
    let radial = try error(.radial)
    #expect(without >= 4 * radial, "none \(without), radial \(radial)")
  }

  // For isotropic Gaussians the linear control explains the whole rate: what is left of the weights is rounding and steps.
  // Seen to catch: the fit of the wrong sign (17 resamplings); b not in the weights (log Z off by 0.25, ESS 2417); the
  // radial feature without D (log Z off by 11); θ not in the weights.
  @Test("linear control leaves Gaussian weights uniform")
  func linear() throws {
    let a = try GaussianMixture.gaussian(mean: [0.5, -1, 0.2], standardDeviations: [0.8, 0.8, 0.8])
    let b = try GaussianMixture.gaussian(mean: [-0.3, 0.4, 1], standardDeviations: [0.8, 0.8, 0.8])
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 30),
      target: 1.0 * a + 1.0 * b, steps: 200)
    sampler.control = .linear
    let result = try sampler.run(particles: 4000, seed: 1)
    #expect(result.resampleCount == 0)
    #expect(result.effectiveSampleSize > 0.995 * 4000)
    let exact = StatisticalTargets.product([a, b], level: 1e-4).logNormalizer
    #expect(abs(result.logNormalizer!.value - exact) < 0.01)
  }

  // Of Gaussians of unlike widths a diagonal control explains the whole rate, on a constant and on a late path: the weights have a spread
  // that falls with the steps alone.
  // Seen to catch: the coordinates' slopes left out of the weights (log Z off by 13 after 11 resamplings on a constant path, by .45 after one on a
  // late path); all coordinates moved by the mean slope (means off by up to .64 and .07, variances by up to 205 % and 38 %).
  @Test(
    "diagonal control leaves the weights of Gaussians of unlike widths uniform",
    arguments: [ExponentPath.constant, .late()])
  func diagonal(_ path: ExponentPath) throws {
    let sds = (0..<12).map { 0.4 + 0.08 * Double($0) }
    let means = (0..<12).map { $0 % 3 == 0 ? -0.4 : 0.7 }
    let model = try GaussianMixture.gaussian(mean: means, standardDeviations: sds)
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50),
      target: .annealed(model, inverseTemperature: 4), steps: 200)
    sampler.target.path = path
    sampler.stepSizeError = .none
    func run(_ control: Sampler.Control) throws -> RunResult {
      sampler.control = control
      return try sampler.run(particles: 4000, seed: 1)
    }
    let result = try run(.diagonal)
    let exact = StatisticalTargets.product(Array(repeating: model, count: 4), level: 1e-4)
    let estimate = try #require(result.logNormalizer)
    #expect(result.effectiveSampleSize > 0.99 * 4000, "\(estimate.value - exact.logNormalizer)")
    #expect(result.resampleCount == 0)
    let error = try #require(estimate.standardError)
    #expect(abs(estimate.value - exact.logNormalizer) < 4 * error + 0.002)
    for j in 0..<12 {
      #expect(abs(result.weightedMean[j] - means[j]) < 4.5 * (exact.variance[j] / 4000).squareRoot())
      // Four and a half standard errors of a variance of 4,000 normals.
      #expect(abs(result.weightedVariance[j] / exact.variance[j] - 1) < 4.5 * (2.0 / 4000).squareRoot())
    }
    let linear = try #require(try run(.linear).logNormalizer?.standardError)
    #expect(linear > 5 * error)
    // The choice takes it, and what folds of one island know of each other costs no more than a third.
    let automatic = try #require(try run(.automatic).logNormalizer)
    #expect(automatic.standardError! < 1.5 * error + 1e-4)
  }

  // A Gaussian of unlike widths, squared and tilted by a quadratic reward that looks ahead, has its integral in closed form. The shifts go
  // with each coordinate's own noise. Chance of a false alarm: 1e-4.
  // Seen to catch: half the square of the shifts left out of the weights (log Z off by 4.3); the coordinates' slopes left out of them (.050 ± .007);
  // all coordinates moved by the mean slope (−.065 ± .008).
  @Test("diagonal control and a reward that looks ahead are exact together")
  func diagonalAhead() throws {
    let sds = [0.3, 0.6, 1.0, 1.7]
    let model = try GaussianMixture.gaussian(mean: [0, 0.5, -0.5, 1], standardDeviations: sds)
    let precision = 3.0
    let center = [1, -0.5, 0.5, 2.0]
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50),
      target: .annealed(model, inverseTemperature: 2).tilted(
        by: QuadraticReward(center: center, precision: Array(repeating: precision, count: 4))), steps: 300)
    sampler.control = .diagonal
    sampler.stepSizeError = .none
    var exact = 0.0
    var means: [Double] = []
    for (j, mean) in [0, 0.5, -0.5, 1.0].enumerated() {
      let variance = sds[j] * sds[j] + 1e-4
      let (p, c) = (2 / variance, center[j])
      let total = p + precision
      let middle = (p * mean + precision * c) / total
      means.append(middle)
      exact += -log(2 * .pi * variance) + 0.5 * log(2 * .pi / total)
      exact -= 0.5 * (p * mean * mean + precision * c * c - total * middle * middle)
    }
    let runs = try sampler.runs(0..<12, particles: 2000)
    let errors = Repeated(runs.map { $0.logNormalizer!.value - exact })
    #expect(abs(errors.mean) < 5 * errors.standardError + 0.01, "\(errors.mean) ± \(errors.standardError)")
    for j in 0..<4 {
      let mean = Repeated(runs.map { $0.weightedMean[j] - means[j] })
      #expect(abs(mean.mean) < 5 * mean.standardError + 0.002)
    }
  }

  // The reward pulls along one narrow coordinate among wide ones, whose steps have other noise, so that nothing makes up for a shift that is weighed
  // wrongly. 40 steps leave 0.02. Chance of a false alarm: 1e-4.
  // Seen to catch: shifts weighed by the mean variance of the coordinates (log Z off by .12 ± .005); made and weighed by it (−.080 ± .004); half
  // their square left out (3.0); the coordinates' slopes left out of the weights (2.5); all coordinates moved by the mean slope (−.25).
  @Test("shifts of a coordinate by a reward that looks ahead are weighed by its own noise")
  func shiftsOfOneCoordinate() throws {
    let sds = [0.3, 2, 2, 2]
    let model = try GaussianMixture.gaussian(mean: [0, 0, 0, 0], standardDeviations: sds)
    let (center, precision) = (1.0, 10.0)
    var target = Target.annealed(model, inverseTemperature: 2).tilted(
      by: QuadraticReward(center: [center, 0, 0, 0], precision: [precision, 0, 0, 0]))
    target.path = .constant
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50), target: target, steps: 40)
    sampler.control = .diagonal
    sampler.stepSizeError = .none
    // log ∫ q² of all coordinates, and of the first one with the reward.
    var exact = sds.reduce(0) { $0 - log(2 * (.pi * ($1 * $1 + 1e-4)).squareRoot()) }
    let own = 2 / (sds[0] * sds[0] + 1e-4)
    exact += 0.5 * log(own / (own + precision)) - 0.5 * own * precision / (own + precision) * center * center
    let runs = try sampler.runs(0..<12, particles: 8000)
    let errors = Repeated(runs.map { $0.logNormalizer!.value - exact })
    #expect(abs(errors.mean) < 5 * errors.standardError + 0.03, "\(errors.mean) ± \(errors.standardError)")
  }

  // One Gaussian of unlike widths, whose rate no linear control explains wholly. Over 16 seeds the root-mean-square error of log Z was 1.76
  // with radial control, 0.083 with linear and 0.067 with an automatic one that knew no diagonal: 26 times less, where 8 are asked for.
  @Test(
    "automatic control fits more numbers where the particles are one population, and cuts the error eightfold"
  )
  func automaticOnGaussian() throws {
    let sds = (0..<20).map { 0.5 * pow(2.6, Double($0) / 19) }
    var target = Target.annealed(
      try GaussianMixture.gaussian(mean: (0..<20).map { $0 % 3 == 0 ? -0.4 : 0.7 }, standardDeviations: sds),
      inverseTemperature: 3)
    target.path = .constant
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50), target: target, steps: 200)
    let exact = sds.reduce(0) { sum, sd in
      let variance = sd * sd + 1e-4
      return sum - 1.5 * log(2 * .pi * variance) + 0.5 * log(2 * .pi * variance / 3)
    }
    func error(_ control: Sampler.Control) throws -> Double {
      sampler.control = control
      return Repeated(try sampler.runs(0..<8, particles: 2000).map { $0.logNormalizer!.value - exact })
        .rootMeanSquare
    }
    let radial = try error(.radial)
    let automatic = try error(.automatic)
    #expect(radial >= 8 * automatic, "radial \(radial), automatic \(automatic)")
  }

  // Over 16 seeds the mean of the first or second coordinate was off by 1.20 standard deviations with linear control, by 0.41 with
  // radial and 0.36 with automatic, whose own standard error is 0.17: 3 of them below the bound.
  @Test("automatic control is radial where modes are apart, whose masses linear moves")
  func automaticOnModes() throws {
    let model = try GaussianMixture(
      means: [[-2, 1], [2, 0.5], [0.3, -2.5]], weights: [0.5, 0.3, 0.2],
      standardDeviations: [[0.7, 0.7], [0.5, 0.5], [0.6, 0.6]])
    var target = Target.annealed(model, inverseTemperature: 8)
    target.path = .constant
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50), target: target, steps: 200)
    let exact = StatisticalTargets.product(Array(repeating: model, count: 8), level: 1e-4)
    func bias(_ control: Sampler.Control) throws -> Double {
      sampler.control = control
      let means = try sampler.runs(0..<16, particles: 2000).map { $0.weightedMean[0] }
      return abs(Repeated(means).mean - exact.mean[0]) / exact.variance[0].squareRoot()
    }
    let linear = try bias(.linear)
    let automatic = try bias(.automatic)
    #expect(automatic < 0.75 * linear, "linear \(linear), automatic \(automatic)")
  }
}
