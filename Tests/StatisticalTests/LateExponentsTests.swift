import FeynmanKac
import Foundation
import Testing

@Suite("late exponents")
struct LateExponentsTests {
  private static let modes = try! GaussianMixture(
    means: [[-2, 0.5], [1.5, -1], [0.2, 2]], weights: [0.2, 0.5, 0.3],
    standardDeviations: [[0.5, 0.9], [0.7, 0.4], [0.6, 0.6]])
  private static let process = VarianceExploding(sigmaMin: 0.01, sigmaMax: 50)

  // Constant exponents are off by a nat here, as the second expectation says, so that the first is not for free. 16 runs: five
  // standard errors of their mean are passed with a chance below 1e-4; 0.01 is the step-size error of 200 steps.
  // Seen to catch: rates that keep the slope of the step before where exponents begin to move; slopes by the length of the whole
  // path.
  @Test("three modes to the power 8 have the right log Z and means")
  func coldModes() throws {
    var sampler = Sampler(process: Self.process, target: .annealed(Self.modes, inverseTemperature: 8))
    let exact = StatisticalTargets.product(
      Array(repeating: Self.modes, count: 8), level: Self.process.noiseLevel(at: 0))
    func errors(_ path: ExponentPath) throws -> (logNormalizer: Repeated, means: [Repeated]) {
      sampler.target.path = path
      let runs = try sampler.runs(0..<16, particles: 2000)
      return (
        Repeated(runs.map { $0.logNormalizer!.value - exact.logNormalizer }),
        (0..<2).map { j in Repeated(runs.map { $0.weightedMean[j] - exact.mean[j] }) }
      )
    }
    let late = try errors(.automatic)
    #expect(late.logNormalizer.rootMeanSquare < 0.05)
    #expect(abs(late.logNormalizer.mean) < 5 * late.logNormalizer.standardError + 0.01)
    for (j, mean) in late.means.enumerated() {
      let deviation = exact.variance[j].squareRoot()
      #expect(
        abs(mean.mean) < 5 * mean.standardError + 0.01 * deviation, "\(mean.mean) ± \(mean.standardError)")
    }
    sampler.control = .radial
    #expect(try errors(.constant).logNormalizer.rootMeanSquare > 10 * late.logNormalizer.rootMeanSquare)
  }

  // E[Ẑ] = Z at any number of steps; with fewer than these the tails of Ẑ are too heavy for a mean of 300 runs. A false alarm has
  // a chance below 1e-4.
  @Test("the density ratio is unbiased for Z")
  func unbiased() throws {
    var sampler = Sampler(
      process: Self.process, target: .annealed(Self.modes, inverseTemperature: 2), steps: 80)
    sampler.target.path = .late(below: 2)
    sampler.correction = .densityRatio
    sampler.control = .none
    let exact = StatisticalTargets.product([Self.modes, Self.modes], level: Self.process.noiseLevel(at: 0))
    let ratios = Repeated(
      try sampler.runs(0..<300, particles: 1000).map { exp($0.logNormalizer!.value - exact.logNormalizer) })
    #expect(abs(ratios.mean - 1) < 4 * ratios.standardError, "\(ratios.mean) ± \(ratios.standardError)")
    #expect(ratios.standardError < 0.02)
  }

  // Experts far apart: every weight is the same, and what is wrong with log Z is the sum of rates alone. It is 8e-6, 6e-6 and 6e-6, with
  // standard errors of 6e-6 to 7e-6. Noise as wide as the data at the end leaves the rate a slope there.
  // Seen to catch: the trapezoid as it is (2.3e-3, 1.4e-4 and −1.2e-4); its correction at the turn alone, not at the data (−3.9e-4, where the rate
  // has a slope there); a coarser run that turns at a level of its own (intervals 2.0e-3, 6.7e-4 and 1.1e-3 wide).
  @Test(
    "rates that do not fade are summed beyond the trapezoid's order",
    arguments: [(200, 0.01), (800, 0.01), (800, 1)])
  func experts(steps: Int, sigmaMin: Double) throws {
    let left = try GaussianMixture.gaussian(mean: [-15], standardDeviations: [1])
    let right = try GaussianMixture.gaussian(mean: [15], standardDeviations: [1])
    let process = VarianceExploding(sigmaMin: sigmaMin, sigmaMax: 50)
    let exact = StatisticalTargets.product([left, right], level: process.noiseLevel(at: 0)).logNormalizer
    var sampler = Sampler(process: process, target: 1 * left + 1 * right, steps: steps)
    sampler.target.path = .late(below: 3.175)
    let result = try sampler.run(particles: 2000, seed: 1)
    #expect(result.trust == .ok && result.warnings == [])
    #expect(abs(result.logNormalizer!.value - exact) < 2e-5, "\(result.logNormalizer!.value - exact)")
    let interval = try #require(result.logNormalizerInterval)
    #expect(interval.high - interval.low < 2e-4)
  }

  // 100 and 50 steps leave 0.0010 and 0.0081 of log Z beside Monte Carlo errors of 1e-5 and 3e-5. The sentence says what sums
  // of second order leave, as the rates of the trace tell it.
  @Test(
    "and a run that did not measure what is left is doubted where that may be more than its Monte Carlo error",
    arguments: [(50, "0.02"), (100, "0.0075"), (200, "0.0021")])
  func unmeasured(steps: Int, said: String) throws {
    let left = try GaussianMixture.gaussian(mean: [-15], standardDeviations: [1])
    let right = try GaussianMixture.gaussian(mean: [15], standardDeviations: [1])
    var sampler = Sampler(process: Self.process, target: 1 * left + 1 * right, steps: steps)
    sampler.target.path = .late(below: 3.175)
    sampler.stepSizeError = .none
    let result = try sampler.run(particles: 2000, seed: 1)
    #expect(result.trust == .doubtful)
    let warning = try #require(result.warnings.first { $0.code == .unknownStepSizeError })
    #expect(warning.isDoubt && warning.sentence.contains("by about \(said) in log Z"), "\(warning.sentence)")
  }

  // The pair of small runs tells what the step size does, so its noise should be that of two step lengths and nothing else: 4e-5 here.
  // Seen to catch: a coarser run whose exponents begin to move at a level of its own (± 0.0023 to 0.0026 at 4 of these 8 numbers of steps).
  @Test("the coarser run of a pair turns where the finer one does", arguments: 196...203)
  func coarserRun(steps: Int) throws {
    let narrow = try GaussianMixture.gaussian(mean: [0.5, 0.5], standardDeviations: [0.6, 0.7])
    let wide = try GaussianMixture.gaussian(mean: [0, 0], standardDeviations: [0.9, 1.2])
    var sampler = Sampler(
      process: Self.process, target: .guided(unconditional: wide, conditional: narrow, scale: .constant(7)),
      steps: steps)
    sampler.target.path = .automatic
    let error = try #require(try sampler.run(particles: 2000, seed: 1).stepSizeError?.logNormalizer)
    #expect(
      error.standardError! < 4e-4 && abs(error.value) < 1e-3, "\(error.value) ± \(error.standardError!)")
  }

  // log ∫ N(0, s_u)^(1−w) N(m, s_c)^w in closed form. 16 runs, as above.
  // Seen to catch: a model that rests for one level too long, so that its density there is that of before.
  @Test("a pair guided by 7 has the right log Z, and its unconditional model rests until exponents move")
  func guided() throws {
    let (w, mean) = (7.0, 0.5)
    let spreads = (unconditional: [0.9, 1, 1.1, 1.2], conditional: [0.6, 0.65, 0.7, 0.8])
    var sampler = Sampler(
      process: Self.process,
      target: .guided(
        unconditional: try GaussianMixture.gaussian(
          mean: [0, 0, 0, 0], standardDeviations: spreads.unconditional),
        conditional: try GaussianMixture.gaussian(
          mean: Array(repeating: mean, count: 4), standardDeviations: spreads.conditional),
        scale: .constant(w)))
    sampler.target.path = .late()
    sampler.stepSizeError = .none
    let level = Self.process.noiseLevel(at: 0)
    var exact = 0.0
    for j in 0..<4 {
      let u = spreads.unconditional[j] * spreads.unconditional[j] + level
      let c = spreads.conditional[j] * spreads.conditional[j] + level
      let precision = (1 - w) / u + w / c
      let linear = w * mean / c
      exact += -0.5 * (1 - w) * log(2 * .pi * u) - 0.5 * w * (log(2 * .pi * c) + mean * mean / c)
      exact += 0.5 * log(2 * .pi / precision) + 0.5 * linear * linear / precision
    }
    let runs = try sampler.runs(0..<16, particles: 2000)
    let errors = Repeated(runs.map { $0.logNormalizer!.value - exact })
    #expect(errors.rootMeanSquare < 0.08)
    #expect(abs(errors.mean) < 5 * errors.standardError + 0.01, "\(errors.mean) ± \(errors.standardError)")
    let rows = runs[0].modelEvaluations.map(\.rows)
    #expect(rows[1] == 2000 * 201)
    #expect(rows[0] < 2000 * 150)
  }
}
