import Foundation
import ParticleEngine
import Testing

/// Observations far sharper than the model's own noise, and few particles: most weight goes to a handful.
@Suite("particle models that are too hard for their particles")
struct HardModelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var noise: Double
    var particles: Int
    var islands: Int
    var testDescription: String { "noise \(noise), \(particles) particles, \(islands) islands" }
  }

  private static let cases = [0.8, 0.4, 0.2, 0.1, 0.02].flatMap { noise in
    [(64, 1), (2048, 1), (256, 8), (2048, 8)].map {
      Case(noise: noise, particles: $0.0, islands: $0.1)
    }
  }

  // Off by more than five standard errors: with 7 degrees of freedom 0.16 %, so 0.3 of 200 runs and more than 4 once in 6,000.
  // Seen to catch: the spread of islands that rest on one draw each, which is off in 17 of 44 runs at noise 0.4.
  @Test("log Z is right within its error, or has none", arguments: cases)
  func hard(setting: Case) throws {
    let parameters = LinearGaussian.Parameters(observationNoise: setting.noise)
    let observations = (0...8).map { 2 * sin(Double($0)) }
    var exact = KalmanFilter(parameters, observing: observations[0])
    for observation in observations.dropFirst() {
      exact.predict()
      exact.observe(observation)
    }
    let sampler = SequentialMonteCarlo(
      particles: setting.particles, steps: 8, islands: setting.islands, blockRows: 64)
    var (sure, wrong) = (0, 0)
    for seed in 0..<200 {
      let run = try sampler.run(seed: UInt64(seed), threads: 1) {
        LinearGaussian($0, $1, parameters, observations: observations)
      }
      let estimate = run.logNormalizer
      guard let error = estimate.standardError else {
        #expect(estimate.missingStandardError != nil)
        #expect(run.expectation { run.model.states.all[$0] }.standardError == nil)
        continue
      }
      sure += 1
      wrong += abs(estimate.value - exact.logLikelihood) > 5 * error ? 1 : 0
    }
    #expect(wrong <= 4, "\(wrong) of \(sure)")
    // An easy one is not doubted.
    if setting.noise == 0.8, setting.particles == 2048 { #expect(sure == 200) }
  }
}
