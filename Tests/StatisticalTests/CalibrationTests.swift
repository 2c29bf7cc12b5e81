import CGSL
import FeynmanKac
import Foundation
import Testing

@Suite("the standard error of log Z")
struct CalibrationTests {
  struct Setting: Sendable, CustomTestStringConvertible {
    let resampler: ResamplingScheme
    let islands: Int
    let particles: Int
    var testDescription: String { "\(resampler.rawValue), \(islands) islands" }
  }

  static let settings = [
    Setting(resampler: .killing, islands: 1, particles: 4000),
    Setting(resampler: .multinomial, islands: 1, particles: 4000),
    Setting(resampler: .systematic, islands: 16, particles: 8000),
  ]

  // Of 200 intervals that cover with probability 0.95 fewer than 180 or more than 198 do with probability 1.2e-3
  // and 4e-4: 5e-3 over the three.
  // Seen to catch: the islands' spread without its 1/√K (200 of 200). One resampling too few in Lee & Whiteley's factor
  // changes 187 to 188: it is caught by the exact figures of LeeWhiteleyTests.
  @Test("its 95 % interval covers the exact log Z in 90 to 99 % of 200 runs", arguments: settings)
  func coverage(_ setting: Setting) throws {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.05, sigmaMax: 20),
      target: .annealed(StatisticalTargets.bimodal, inverseTemperature: 3), steps: 150)
    sampler.target.path = .constant
    sampler.control = .none
    sampler.noiseScale = .scheduled(1.5)
    sampler.resampling = .init(setting.resampler.resampler, threshold: 0.5)
    let bimodal = StatisticalTargets.bimodal
    let exact = StatisticalTargets.product([bimodal, bimodal, bimodal], level: 0.0025).logNormalizer
    var covered = 0
    var resamplings = 0
    for seed in 0..<200 {
      let result = try sampler.run(
        particles: setting.particles, islands: setting.islands, seed: UInt64(seed))
      resamplings += result.resampleCount
      let estimate = result.logNormalizer!
      guard let standardError = estimate.standardError else { continue }
      let quantile = estimate.degreesOfFreedom.map { fk_student_t_quantile(0.975, Double($0)) } ?? 1.959964
      if abs(estimate.value - exact) <= quantile * standardError { covered += 1 }
    }
    #expect(resamplings >= 200 * setting.islands)
    #expect((180...198).contains(covered), "\(covered) of 200")
  }
}
