import FeynmanKac
import Foundation
import Testing

@Suite("rewards and moving exponents")
struct RewardTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let process: any NoiseProcess
    let hasGradient: Bool
    let correction: Sampler.Correction
    var noiseScale = 1.0
  }

  static let ways = [
    Way(
      testDescription: "with gradient", process: VarianceExploding(sigmaMin: 0.05, sigmaMax: 20),
      hasGradient: true, correction: .feynmanKac),
    Way(
      testDescription: "with gradient, preserving", process: VariancePreserving(), hasGradient: true,
      correction: .feynmanKac),
    Way(
      testDescription: "with gradient, c = 1.5", process: VariancePreserving(), hasGradient: true,
      correction: .feynmanKac, noiseScale: 1.5),
    Way(
      testDescription: "without gradient", process: VariancePreserving(), hasGradient: false,
      correction: .feynmanKac),
    Way(
      testDescription: "density ratio", process: VarianceExploding(sigmaMin: 0.05, sigmaMax: 20),
      hasGradient: true, correction: .densityRatio, noiseScale: 1.2),
  ]

  // 12 runs a way; t with 11 degrees of freedom passes 4.4 with probability 1e-3: 1.5 % over 15 figures. The
  // allowance of 0.02 is for 150 steps.
  // Seen to catch, by errors of log Z: ∂_u r without dα/du (−0.49 under the preserving process); ∂_u r without λ' r
  // (−0.8 and −1.5); ∇r without λ (0.83 and −35); ⟨S, ∇r⟩ left out of the rate (0.46 and 2.8); the factor ½ left out of
  // the rate (2.8 and 4.9). Also the reward's drift without c² (mean off by 0.15 standard deviations at c = 1.5), and
  // r not copied with its particle (the density ratio off by 2.3).
  @Test("a linear reward tilts log Z and mean as in closed form", arguments: ways)
  func linear(_ way: Way) throws {
    let tilt = 0.9
    let reward: any Reward =
      way.hasGradient ? LinearReward(coefficients: [tilt]) : ClosureReward { tilt * Double($0[0]) }
    var target = Target.annealed(StatisticalTargets.bimodal, inverseTemperature: 2)
    target.reward = reward
    var sampler = Sampler(process: way.process, target: target, steps: 150)
    sampler.correction = way.correction
    sampler.noiseScale = .scheduled(.constant(way.noiseScale))
    let level = try sampler.plan(particles: 1).noiseLevels.last!
    let bimodal = StatisticalTargets.bimodal
    // At the end of the path x = αy, and α² = 1/(1 + v) under the preserving process: 5e-6 from 1.
    let exact = StatisticalTargets.product([bimodal, bimodal], level: level, tilt: tilt)
    let runs = try sampler.runs(0..<12, particles: 6000)
    expectAgreement(
      runs, logNormalizer: exact.logNormalizer, mean: exact.mean[0], variance: exact.variance[0])
  }

  // N(m, s²) times exp(−½π(x−c)²) is a Gaussian. 12 runs, three figures: 0.3 %. The reward's drift is explicit: from
  // σ = 20 these 150 steps overshoot (v λ π Δ reaches 2.9), and log Z is off by 10⁵ with a standard error that hides it.
  // Hence σ = 4, and a bound on that error, which is 0.004: with 11 degrees of freedom it passes 0.01 less than once in 10⁹.
  // Seen to catch: ⟨S, ∇r⟩ left out of the rate (−0.43, by fkc run with these settings and seeds).
  @Test("a quadratic reward is a Gaussian observation")
  func quadratic() throws {
    let model = try GaussianMixture.gaussian(mean: [0.5], standardDeviations: [1.2])
    let target = Target.annealed(model, inverseTemperature: 1).tilted(
      by: QuadraticReward(center: [2], precision: [3]))
    let sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 4), target: target, steps: 150)
    let prior = 1.44 + 0.0004
    let precision = 1 / prior + 3
    let mean = (0.5 / prior + 6) / precision
    let logNormalizer = -0.5 * log(1 + 3 * prior) - 0.5 * 1.5 * 1.5 / (prior + 1 / 3.0)
    let runs = try sampler.runs(0..<12, particles: 6000)
    #expect(Repeated(runs.map { $0.logNormalizer!.value }).standardError < 0.01)
    expectAgreement(runs, logNormalizer: logNormalizer, mean: mean, variance: 1 / precision)
  }

  // The model hides its log density, so log q is carried along the path: the tolerance at 400 steps is 0.03 in log Z and 0.05 standard
  // deviations, three times that for the scheme of first order. The last number is the threshold: at 1 they resample at every step.
  // Seen to catch, by errors of log Z: the sign of the change of log q (−3.4); the line by its start alone (.15, .37 at c = 1.5); the Gaussian's
  // constant left out (−1.6). By the mean: log q not copied with its particle when resampling (−.12 standard deviations, at threshold 1).
  @Test(
    "moving exponents of a model without log density",
    arguments: [
      (Sampler.Scheme.exponentialMultistep, 1.0, 0.5), (.exponentialMultistep, 1.5, 0.5),
      (.exponentialMultistep, 1.0, 1.0), (.eulerMaruyama, 1.0, 0.5), (.heun, 0.7, 0.5),
    ])
  func accumulatedLogDensity(_ scheme: Sampler.Scheme, _ noiseScale: Double, _ threshold: Double) throws {
    let model = AgreementTests.ScoreOnly(model: StatisticalTargets.bimodal)
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.05, sigmaMax: 30),
      target: .annealed(model, inverseTemperature: Schedule(from: 1, to: 2)), steps: 400)
    sampler.scheme = scheme
    sampler.noiseScale = .scheduled(.constant(noiseScale))
    sampler.resampling.threshold = threshold
    let exact = StatisticalTargets.product([model.model, model.model], level: 0.0025)
    let runs = try sampler.runs(0..<8, particles: 6000)
    let deviation = exact.variance[0].squareRoot()
    let share = scheme == .eulerMaruyama ? 3.0 : 1
    let error = Repeated(runs.map { $0.logNormalizer!.value }).mean - exact.logNormalizer
    #expect(abs(error) < 0.03 * share, "\(error)")
    let shift = (Repeated(runs.map { $0.weightedMean[0] }).mean - exact.mean[0]) / deviation
    #expect(abs(shift) < 0.05 * share, "\(shift)")
  }

  // q² e^{2x} of N(0, 1) with log q carried along the path. 8 runs.
  // Seen to catch: the rate of a reward at the state that reads another buffer (log Z off by −6.0); the sign of the change of log q (−3.3 at the
  // state, −2.3 ahead).
  @Test(
    "a reward beside a moving exponent of a model without log density",
    arguments: [RewardPoint.ahead, .state])
  func rewardBesideAccumulatedLogDensity(_ point: RewardPoint) throws {
    let normal = try GaussianMixture.gaussian(mean: [0], standardDeviations: [1])
    let model = AgreementTests.ScoreOnly(model: normal)
    let target = Target.annealed(model, inverseTemperature: Schedule(from: 1, to: 2)).tilted(
      by: LinearReward(coefficients: [2]), at: point)
    let sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 20), target: target, steps: 400)
    let exact = StatisticalTargets.product([normal, normal], level: 1e-4, tilt: 2)
    let runs = try sampler.runs(0..<8, particles: 4000)
    #expect(abs(Repeated(runs.map { $0.logNormalizer!.value }).mean - exact.logNormalizer) < 0.1)
    #expect(abs(Repeated(runs.map { $0.weightedMean[0] }).mean - exact.mean[0]) < 0.1)
    #expect(abs(Repeated(runs.map { $0.weightedVariance[0] }).mean - exact.variance[0]) < 0.05)
  }
}
