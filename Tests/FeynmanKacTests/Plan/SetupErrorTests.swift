import FeynmanKac
import Testing

@Suite("settings that cannot work are refused before the first step")
struct SetupErrorTests {
  private func problem(particles: Int = 100, islands: Int = 1, _ change: (inout Sampler) -> Void) -> String {
    var sampler = ExampleTargets.sampler()
    change(&sampler)
    do {
      _ = try sampler.plan(particles: particles, islands: islands)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test("exponents that sum to nothing")
  func exponentSum() {
    let target = Target(terms: [
      ExampleTargets.mixture.raised(to: Schedule(from: 1, to: -1), name: "a"),
      ExampleTargets.other.raised(to: 0.5, name: "b"),
    ])
    #expect(
      problem { $0.target = target }.hasPrefix(
        "target: the exponents sum to "))
    #expect(
      problem { $0.target = 1.0 * ExampleTargets.mixture + -1.0 * ExampleTargets.other }.contains(
        "sum to 0.0"))
  }

  @Test("shapes that differ")
  func shapes() throws {
    let line = try GaussianMixture.gaussian(mean: [0], standardDeviations: [1])
    #expect(
      problem { $0.target = 1.0 * ExampleTargets.mixture + 1.0 * line }
        == "target: model 'model 2' has 1 dimensions, 'model 1' has 2; give models of one dimension")
    #expect(
      problem { $0.target = $0.target.tilted(by: LinearReward(coefficients: [1, 2, 3])) }
        == "target.reward: the reward has 3 dimensions, the models have 2; give the same")
    #expect(
      problem(particles: 100, islands: 7) { _ in }.hasPrefix("islands: 7 islands do not divide 100 particles")
    )
  }

  @Test("path, noise scale and triggers out of range")
  func ranges() {
    #expect(problem { $0.steps = 0 } == "sampler.steps: 0; give 1 or more")
    #expect(problem { $0.startTime = 1.5 }.hasPrefix("sampler.startTime: 1.5"))
    #expect(problem { $0.endTime = 1 }.hasPrefix("sampler.endTime: 1.0"))
    #expect(problem { $0.noiseScale = .scheduled(-1) }.hasPrefix("sampler.noiseScale: -1.0"))
    #expect(problem { $0.resampling.threshold = 1.5 }.hasPrefix("sampler.resampling.threshold: 1.5"))
    #expect(
      problem { $0.resampling = .init(BirthDeathResampler()) }
        == "sampler.resampling.threshold: `BirthDeathResampler` is only right when it acts at every step; give 1"
    )
  }

  @Test("what a model cannot do")
  func abilities() throws {
    let blind = Target.annealed(
      ScoreOnly(model: ExampleTargets.mixture), name: "net", inverseTemperature: Schedule(from: 1, to: 2))
    #expect(
      problem {
        $0.target = blind
        $0.start = .exact
      } == "sampler.start: `.exact` needs log densities, which model 'net' does not have; use `.fitted`")
    #expect(
      problem {
        $0.target = blind
        $0.correction = .densityRatio
      }
        == "sampler.correction: `.densityRatio` needs log densities, which model 'net' does not have; use `.feynmanKac`"
    )
    #expect(
      problem {
        $0.target = blind
        $0.scheme = .eulerMaruyama
        $0.noiseScale = .scheduled(1.5)
      } == "accepted")
    #expect(problem { $0.target = blind } == "accepted")
    #expect(
      problem {
        $0.correction = .kernelRatio
        $0.noiseScale = .scheduled(0)
      }
        == "sampler.correction: `.kernelRatio` needs a `noiseScale` above 0 along the whole path; use `.feynmanKac`"
    )
  }

  @Test("a network whose range does not cover the path names both")
  func range() {
    struct Narrow: ScoreModel {
      let dimensions = 2
      var noiseLevels: ClosedRange<Double>? { 0.01...25 }
      func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {}
    }
    #expect(
      problem { $0.target = .annealed(Narrow(), name: "net", inverseTemperature: 1) }.hasPrefix(
        "target.terms[0].model: the model covers noise levels 0.01 to 25.0, the path runs from 400.0 to 0.0004;"
      ))
  }

  @Test("mixtures that are none")
  func mixtures() {
    func problem(_ means: [[Double]], _ weights: [Double], _ spreads: [[Double]]) -> String {
      do {
        _ = try GaussianMixture(means: means, weights: weights, standardDeviations: spreads)
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(problem([], [], []).hasPrefix("means: empty"))
    #expect(
      problem([[1, 2], [3]], [0.5, 0.5], [[1, 1], [1, 1]]) == "means: row 2 has 1 entries; row 1 has 2")
    #expect(
      problem([[1]], [0.9], [[1]]) == "weights: sum to 0.9; give positive numbers that sum to 1 within 1e-6")
    #expect(problem([[1]], [1], [[0]]) == "standardDeviations: 0.0; give positive numbers")
    #expect(problem([[.nan]], [1], [[1]]) == "means: nan; give finite numbers")
    #expect(
      problem([[1], [2]], [1.5, -0.5], [[1], [1]]) == "weights: -0.5; give positive numbers that sum to 1")
  }
}
