import FeynmanKac
import Foundation
import Testing

@Suite("plans of rewards that look ahead")
struct AheadPlanTests {
  // Of N(m, (s² + v)/A) and the linear step with noise c that keeps it, solved by hand.
  // Seen to catch: a path taken to end at no noise, v in place of v − v₀ and s² in place of s² + v₀.
  @Test(
    "the reward is asked about where the path is expected to end, with the variance that is unknown of it")
  func points() throws {
    let (beta, c, s2) = (2.0, 1.2, 1.69)
    let seen = TwistPlanTests.Recorder()
    let model = try GaussianMixture.gaussian(mean: [0.5], standardDeviations: [1.3])
    var sampler = Sampler(
      process: FlowMatching(), target: .annealed(model, inverseTemperature: 2).tilted(by: seen), steps: 3)
    sampler.target.path = .constant
    sampler.noiseScale = .scheduled(1.2)
    sampler.endTime = 0.2
    sampler.startTime = 0.9
    let levels = try sampler.plan(particles: 1).noiseLevels
    let observer = TwistPlanTests.States()
    _ = try sampler.run(particles: 1, seed: 1, threads: 1, observer: observer)
    #expect(seen.calls.count == 4)
    for (step, call) in seen.calls.enumerated() {
      // Snapshots are x = α y at each level; the reward is asked in those of the end.
      let signal = 1 / (1 + levels[step].squareRoot())
      let state = observer.states[step] / signal
      let share = (s2 + levels[3]) / (s2 + levels[step])
      let expected = 0.8 * (0.5 + (state - 0.5) * pow(share, 0.5 * (1 + beta * c * c)))
      #expect(abs(call.point - expected) < 1e-4 * (1 + abs(state)), "step \(step)")
      let variance = 0.64 * (s2 + levels[3]) / beta * (1 - pow(share, beta * c * c))
      #expect(abs(call.variance - variance) < 1e-9, "step \(step)")
    }
  }

  @Test("every scheme, correction, control and noise scale takes a reward that looks ahead")
  func combinations() throws {
    let target = Target.annealed(ExampleTargets.mixture, inverseTemperature: 2)
      .tilted(by: TwistPlanTests.reward)
    for scheme in Sampler.Scheme.allCases {
      for correction in Sampler.Correction.allCases {
        for control in Sampler.Control.allCases {
          for noise in [0, 0.7, 1.5] {
            var sampler = ExampleTargets.sampler(target)
            (sampler.scheme, sampler.correction, sampler.control) = (scheme, correction, control)
            sampler.noiseScale = .scheduled(.constant(noise))
            var without = sampler
            without.target.reward = nil
            let isPossible = (try? without.plan(particles: 10)) != nil
            #expect(
              ((try? sampler.plan(particles: 10)) != nil) == isPossible, "\(scheme) \(correction) \(noise)")
          }
        }
      }
    }
  }

  // Seen to catch: a guess that is not said.
  @Test("an unknown spread is guessed and said")
  func guess() throws {
    struct Scores: ScoreModel {
      let dimensions = 1
      func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
        for i in 0..<batch.count {
          batch.scores[i] =
            -batch.states[i] / Float(1 + point.noise * point.noise / (point.signal * point.signal))
        }
      }
    }
    let target = Target.annealed(Scores(), inverseTemperature: 1).tilted(by: LinearReward(coefficients: [1]))
    let sampler = Sampler(process: .varianceExploding(sigmaMin: 0.1, sigmaMax: 20), target: target, steps: 50)
    func codes(_ sampler: Sampler) throws -> [RunWarning.Code] {
      try sampler.plan(particles: 10).warnings.map(\.code)
    }
    #expect(try codes(sampler).contains(.rewardPoint))
    var stated = sampler
    stated.target.rewardPoint = .ahead(jacobian: .isotropic, dataStandardDeviation: 2)
    #expect(try !codes(stated).contains(.rewardPoint))
  }

  // Seen to catch: −∞ at the expected end kept as it is: every particle died at the first level.
  @Test("a reward that forbids the expected end does not kill particles that may end elsewhere")
  func forbidden() throws {
    let reward = ClosureReward(dimensions: 1) { row in row[0] > 0.5 ? 0 : -.infinity }
    let model = try GaussianMixture.gaussian(mean: [0], standardDeviations: [1])
    let sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 20),
      target: .annealed(model, inverseTemperature: 1).tilted(by: reward), steps: 100)
    // P(x > 0.5) = 0.3085 at v₀ = 1e-4; 20,000 particles that are weighed at the end.
    let result = try sampler.run(particles: 20_000, seed: 3)
    let estimate = result.logNormalizer!
    #expect(abs(estimate.value - log(0.30856)) < 5 * estimate.standardError! + 0.01, "\(estimate)")
  }

  @Test("the same bytes for any number of threads")
  func threads() throws {
    let sampler = ExampleTargets.sampler(
      .annealed(ExampleTargets.mixture, inverseTemperature: 2).tilted(by: TwistPlanTests.reward))
    let one = try sampler.run(particles: 3000, seed: 4, threads: 1)
    let three = try sampler.run(particles: 3000, seed: 4, threads: 3)
    #expect(one.samples == three.samples && one.logWeights == three.logWeights)
  }
}
