import FeynmanKac
import Foundation
import Testing

@Suite("the density ratio is unbiased")
struct UnbiasednessTests {
  static let schemes: [ResamplingScheme] = [
    .multinomial, .residual, .stratified, .systematic, .ssp, .killing,
  ]

  // z of the mean of 20,000 independent islands; |z| ≤ 4 fails by chance with probability 6e-5 a case, 1e-3 for all
  // 18. No island may hold 5 % of the sum, or its mean would not be nearly normal.
  // Seen to catch: log Z that leaves out the weights carried at the end (mean 1.12, and 4.1 without resampling);
  // increments averaged without the carried weights where a step does not resample (0.79); log-weights not reset by
  // resampling; resampling at the end counted twice (1.04); log p not copied with its particle (14 to 190); M without
  // the step's history. Any normalised B is unbiased: κ_B of the wrong sign and 2κ_B−1 in its variance are seen by the
  // spread of Ẑ, and AgreementTests look at B itself.
  @Test(
    "E[Ẑ/Z] = 1 for every unbiased resampler and trigger, at 32 steps", arguments: schemes, [0.0, 0.5, 1.0])
  func meanOfNormalizer(_ scheme: ResamplingScheme, _ threshold: Double) throws {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.1, sigmaMax: 10),
      target: .annealed(StatisticalTargets.bimodal, inverseTemperature: 2), steps: 32)
    sampler.correction = .densityRatio
    sampler.control = .none
    sampler.noiseScale = .scheduled(1.5)
    sampler.resampling = .init(scheme.resampler, threshold: threshold)
    let exact = StatisticalTargets.product(
      [StatisticalTargets.bimodal, StatisticalTargets.bimodal], level: 0.01)
    let result = try sampler.run(particles: 20_000 * 32, islands: 20_000, seed: 11)
    let ratios = result.islandLogNormalizers.map { exp($0 - exact.logNormalizer) }
    #expect(ratios.max()! < 0.05 * ratios.reduce(0, +))
    let mean = Repeated(ratios)
    #expect(
      abs(mean.mean - 1) <= 4 * mean.standardError, "\(mean.mean) ± \(mean.standardError)")
    // The test has the power to see 10 %.
    #expect(mean.standardError < 0.025)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let control: Sampler.Control
    let particles: Int
    var testDescription: String { "\(control) control, islands of \(particles)" }
  }
  static let cases = [8, 25, 100, 250].flatMap { particles in
    [Sampler.Control.radial, .linear].map { Case(control: $0, particles: particles) }
  }

  @Test("E[Ẑ/Z] = 1 with a control that is fitted to the other islands, at 32 steps", arguments: cases)
  func controlOfOthers(_ test: Case) throws {
    try check(test, .densityRatio, noiseScale: 1.5, steps: 32, particles: 200_000)
  }

  @Test("and for the rates at 200 steps, which are fine enough", arguments: cases)
  func ratesWithControlOfOthers(_ test: Case) throws {
    try check(test, .feynmanKac, noiseScale: 1, steps: 200, particles: 200_000)
  }

  /// Checks that the mean of `Ẑ/Z` over islands is 1 within four of its standard errors.
  private func check(
    _ test: Case, _ correction: Sampler.Correction, noiseScale: Double, steps: Int, particles: Int
  ) throws {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.1, sigmaMax: 10),
      target: .annealed(StatisticalTargets.bimodal, inverseTemperature: 2), steps: steps)
    sampler.correction = correction
    sampler.control = test.control
    sampler.noiseScale = .scheduled(.constant(noiseScale))
    let exact = StatisticalTargets.product(
      [StatisticalTargets.bimodal, StatisticalTargets.bimodal], level: 0.01)
    let islands = particles / test.particles
    let result = try sampler.run(particles: islands * test.particles, islands: islands, seed: 12)
    let ratios = Repeated(result.islandLogNormalizers.map { exp($0 - exact.logNormalizer) })
    #expect(
      abs(ratios.mean - 1) <= 4 * ratios.standardError, "\(ratios.mean) ± \(ratios.standardError)")
  }
}
