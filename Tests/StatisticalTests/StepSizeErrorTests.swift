import FeynmanKac
import Foundation
import Testing

@Suite("what the step size does")
struct StepSizeErrorTests {
  struct Setting: CustomTestStringConvertible {
    let scheme: Sampler.Scheme
    let noiseScale: Double
    /// Without noise the weights at β = 3 have no finite variance.
    let inverseTemperature: Int
    let steps: Int
    var testDescription: String { "\(scheme.rawValue), c = \(noiseScale), \(steps) steps" }
  }

  static let settings = [
    Setting(scheme: .exponentialMultistep, noiseScale: 0, inverseTemperature: 2, steps: 60),
    Setting(scheme: .exponentialMultistep, noiseScale: 1, inverseTemperature: 3, steps: 100),
    Setting(scheme: .exponentialMultistep, noiseScale: 2, inverseTemperature: 3, steps: 240),
    Setting(scheme: .heun, noiseScale: 1, inverseTemperature: 3, steps: 60),
    Setting(scheme: .exponential, noiseScale: 1, inverseTemperature: 3, steps: 200),
    Setting(scheme: .eulerMaruyama, noiseScale: 1, inverseTemperature: 3, steps: 400),
  ]

  // Two modes to the power 2 or 3, whose log Z and mean are known. Means of 32 runs each. What the estimate says and what the
  // runs are really off by differ by 4 standard errors with probability 4e-4 (t, 31 degrees of freedom); two figures of
  // six settings make a false alarm in 1 of 200 choices of seeds if the order held exactly, for which a third of the error
  // is allowed.
  @Test("is estimated as large as it is", arguments: Cases.of(settings))
  func estimated(_ setting: Setting) throws {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.05, sigmaMax: 20),
      target: .annealed(
        StatisticalTargets.bimodal, inverseTemperature: .constant(Double(setting.inverseTemperature))),
      steps: setting.steps)
    sampler.scheme = setting.scheme
    sampler.noiseScale = .scheduled(.constant(setting.noiseScale))
    sampler.stepSizeError = .doubling()
    let models = Array(repeating: StatisticalTargets.bimodal, count: setting.inverseTemperature)
    let exact = StatisticalTargets.product(models, level: 0.05 * 0.05)
    let runs = try sampler.runs(0..<32, particles: 20_000)
    let estimates = Repeated(runs.map { $0.stepSizeError!.logNormalizer.value })
    // Ẑ is unbiased for the stepped Z, and log Ẑ low by half its variance.
    let found = Repeated(runs.map { $0.logNormalizer!.value - exact.logNormalizer })
    let jensen = 0.5 * found.standardDeviation * found.standardDeviation
    let error = found.mean + jensen
    #expect(
      abs(estimates.mean - error) <= 4 * hypot(found.standardError, estimates.standardError)
        + 0.33 * max(abs(error), abs(estimates.mean)))
    let mean = Repeated(runs.map { $0.weightedMean[0] - exact.mean[0] })
    let meanEstimates = Repeated(runs.map { $0.stepSizeError!.mean[0].value })
    #expect(
      abs(meanEstimates.mean - mean.mean) <= 4 * hypot(mean.standardError, meanEstimates.standardError)
        + 0.33 * max(abs(mean.mean), abs(meanEstimates.mean)))
  }

  struct Scale: CustomTestStringConvertible {
    let noiseScale: Double
    let steps: Int
    let isTooLong: Bool
    var testDescription: String { "c = \(noiseScale), \(steps) steps" }
  }

  static let scales = [
    Scale(noiseScale: 0.5, steps: 200, isTooLong: false), Scale(noiseScale: 1, steps: 200, isTooLong: false),
    Scale(noiseScale: 2, steps: 200, isTooLong: false),
    Scale(noiseScale: 3, steps: 400, isTooLong: false), Scale(noiseScale: 2, steps: 100, isTooLong: true),
    Scale(noiseScale: 3, steps: 200, isTooLong: true),
  ]

  // The product of two mixtures of three modes. Means of 8 runs each; t with 7 degrees of freedom passes 5.5 with probability 9e-4.
  // Steps that noise makes too long are off by .012 and .014, of which the estimates say −.003 and −.004.
  // Seen to catch: no warning of them.
  @Test("is told for every noise scale, or steps are said to be too long", arguments: scales)
  func everyNoiseScale(_ scale: Scale) throws {
    func mixture(size: Double, shift: Double) throws -> GaussianMixture {
      try GaussianMixture(
        means: [[-2, 1], [2, 0.5], [0.3, -2.5]].map { $0.map { $0 + shift } }, weights: [0.5, 0.3, 0.2],
        standardDeviations: [0.7, 0.5, 0.6].map { [$0 * size, $0 * size] })
    }
    let (a, b) = (try mixture(size: 1, shift: 0), try mixture(size: 1.4, shift: 0.4))
    var sampler = Sampler(process: .varianceExploding(), target: 1.0 * a + 1.0 * b, steps: scale.steps)
    sampler.target.path = .constant
    sampler.noiseScale = .scheduled(.constant(scale.noiseScale))
    sampler.stepSizeError = .doubling(share: 0.2)
    let exact = StatisticalTargets.product([a, b], level: 1e-4)
    let runs = try sampler.runs(0..<8, particles: scale.isTooLong ? 20_000 : 8000)
    let said = Repeated(runs.map { $0.stepSizeError!.logNormalizer.value })
    let found = Repeated(runs.map { $0.logNormalizer!.value - exact.logNormalizer })
    let noise = hypot(said.standardError, found.standardError)
    let warnings = try sampler.plan(particles: 8000).warnings
    let isDoubted = warnings.contains { $0.code == .longSteps && $0.isDoubt }
    #expect(isDoubted == scale.isTooLong)
    let isTold = abs(found.mean - said.mean) <= 5.5 * noise + 0.33 * max(abs(found.mean), abs(said.mean))
    #expect(isTold == !scale.isTooLong, "off by \(found.mean), said \(said.mean), each ± \(noise)")
  }

  // The spread of the estimates over 64 runs has a relative error of 9 %, and single standard errors scatter more widely,
  // but their mean square does not: within a factor of 1.5.
  @Test("is known as well as its standard error says")
  func calibrated() throws {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.05, sigmaMax: 20),
      target: .annealed(StatisticalTargets.bimodal, inverseTemperature: 2), steps: 60)
    sampler.stepSizeError = .doubling()
    let runs = try sampler.runs(0..<64, particles: 4000)
    for figure: (StepSizeError) -> StepSizeError.Figure in [{ $0.logNormalizer }, { $0.mean[0] }] {
      let figures = runs.map { figure($0.stepSizeError!) }
      let spread = Repeated(figures.map(\.value)).standardDeviation
      let stated = Repeated(figures.map { $0.standardError! }).rootMeanSquare
      #expect(spread / stated < 1.5 && stated / spread < 1.5, "spread \(spread), stated \(stated)")
    }
  }
}

@Suite("steps: auto")
struct AutomaticStepsTests {
  // 16 runs, each with a pilot of its own; t with 15 degrees of freedom passes 4.07 with probability 1e-3, over 19 cases 2 %.
  // What is allowed beyond that is what the pilots allowed themselves, and half the variance by which log Ẑ is low.
  @Test("keeps the error of log Z within the tolerance", arguments: Cases.of(GoldenCase.all))
  func tolerance(_ golden: GoldenCase) throws {
    var sampler = try golden.sampler(steps: 1)
    sampler.steps = .automatic()
    let runs = try sampler.runs(0..<16, particles: 10_000)
    let error = Repeated(runs.map { $0.logNormalizer!.value - golden.exact.logNormalizer })
    let allowed = Repeated(runs.map { $0.pilot!.allowedError }).mean
    let jensen = 0.5 * error.standardDeviation * error.standardDeviation
    #expect(runs.allSatisfy { $0.pilot!.isWithinTolerance })
    #expect(
      abs(error.mean + jensen) <= 4.07 * error.standardError + allowed, "\(error.mean), allowed \(allowed)")
  }
}
