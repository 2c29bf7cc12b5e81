import FeynmanKac
import Foundation
import Testing

@Suite("plans of rewards at the denoised point")
struct TwistPlanTests {
  static let reward = QuadraticReward(center: [1, 0], precision: [2, 2])

  private func sampler(_ point: RewardPoint, scale: Schedule? = nil) -> Sampler {
    ExampleTargets.sampler(
      .annealed(ExampleTargets.mixture, inverseTemperature: 2).tilted(
        by: Self.reward, at: point, scale: scale))
  }

  @Test("λ is 1 all along at the denoised point, and from 0 to 1 at the state")
  func scales() {
    #expect(sampler(.denoised).target.rewardScale == 1)
    #expect(sampler(.state).target.rewardScale == Schedule(from: 0, to: 1))
    #expect(sampler(.denoised, scale: 2).target.rewardScale == 2)
  }

  // Seen to catch: the plan without the second evaluation.
  @Test("a finite difference doubles the evaluations of all levels but the last, in the plan and in the run")
  func evaluations() throws {
    let isotropic = sampler(.denoised(jacobian: .isotropic, dataStandardDeviation: 1.5))
    #expect(try isotropic.plan(particles: 10).modelEvaluations[0].rows == 410)
    let twice = sampler(.denoised(jacobian: .finiteDifference))
    #expect(try twice.plan(particles: 10).modelEvaluations[0].rows == 810)
    // λ = 0 at the first level asks nothing.
    let growing = sampler(.denoised(jacobian: .finiteDifference), scale: Schedule(from: 0, to: 1))
    #expect(try growing.plan(particles: 10).modelEvaluations[0].rows == 800)

    for sampler in [isotropic, twice, growing] {
      let counter = CountingModel.Count()
      var counted = sampler
      counted.target.terms[0].model = CountingModel(model: ExampleTargets.mixture, count: counter)
      let result = try counted.run(particles: 10, seed: 1, threads: 1)
      #expect(result.modelEvaluations[0].rows + result.startCheckEvaluations == counter.rows)
    }
  }

  @Test("the same bytes for any number of threads", arguments: RewardPoint.Jacobian.allCases)
  func threads(_ jacobian: RewardPoint.Jacobian) throws {
    let sampler = sampler(.denoised(jacobian: jacobian, dataStandardDeviation: 1.5))
    let one = try sampler.run(particles: 3000, seed: 4, threads: 1)
    let three = try sampler.run(particles: 3000, seed: 4, threads: 3)
    #expect(one.samples == three.samples && one.logWeights == three.logWeights)
  }

  @Test("what cannot work is refused by name")
  func faults() throws {
    func problem(_ point: RewardPoint, _ change: (inout Sampler) -> Void = { _ in }) -> String {
      var sampler = sampler(point)
      change(&sampler)
      do {
        _ = try sampler.plan(particles: 10)
        return "accepted"
      } catch { return "\(error)" }
    }
    let point = RewardPoint.denoised(jacobian: .isotropic, dataStandardDeviation: 1.5)
    #expect(problem(point) == "accepted")
    #expect(
      problem(.denoised)
        == "target.reward: at the denoised point the isotropic jacobian needs the data's standard deviation, which no model "
        + "states; give `dataStandardDeviation`, or use `jacobian: .finiteDifference`")
    #expect(
      problem(.denoised(jacobian: .isotropic, dataStandardDeviation: -1))
        == "target.rewardPoint.dataStandardDeviation: -1.0; give a number above 0")
    #expect(problem(point) { $0.scheme = .heun } == "accepted")
    #expect(
      problem(point) { $0.noiseScale = .scheduled(0) }
        == "sampler.noiseScale: a reward at the denoised point steers by the noise; give a number above 0 along the "
        + "whole path")
  }

  // Seen to catch: ρ² = v/A without s²/(v + s²).
  @Test(
    "the reward is asked about x̂ = y + vS/A with the variance that is left, and at the end about the state")
  func points() throws {
    let seen = Recorder()
    let model = try GaussianMixture.gaussian(mean: [0.5], standardDeviations: [1.3])
    var target = Target.annealed(model, inverseTemperature: 2).tilted(
      by: seen, at: .denoised(jacobian: .isotropic, dataStandardDeviation: 1.3))
    target.path = .constant
    let sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.5, sigmaMax: 20), target: target, steps: 3)
    let levels = try sampler.plan(particles: 1).noiseLevels
    let observer = States()
    let result = try sampler.run(particles: 1, seed: 1, threads: 1, observer: observer)
    #expect(seen.calls.count == 4)
    for (step, call) in seen.calls.enumerated() {
      // Of N(m, s²/A + v/A): x̂ = m + (y − m) s²/(s² + v) whatever A.
      let state = observer.states[step]
      let share = 1.69 / (1.69 + levels[step])
      let expected = step < 3 ? 0.5 + (state - 0.5) * share : state
      #expect(abs(call.point - expected) < 1e-4 * (1 + abs(state)), "step \(step)")
      #expect(abs(call.variance - (step < 3 ? 0.5 * levels[step] * share : 0)) < 1e-9)
    }
    #expect(abs(observer.states[3] - Double(result.samples[0])) < 1e-6)
  }

  /// Remembers what it is asked about.
  final class Recorder: Reward, @unchecked Sendable {
    var calls: [(point: Double, variance: Double)] = []
    var hasGradient: Bool { false }
    var dimensions: Int? { 1 }
    func evaluate(_ batch: RewardBatch) {
      // The checks of a run ask about many rows at once, the run about its only particle.
      if batch.count == 1 { calls.append((Double(batch.states[0]), batch.variance)) }
      for row in 0..<batch.count { batch.values[row] = 0 }
    }
  }

  final class States: RunObserver {
    var states: [Double] = []
    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
      states.append(Double(snapshot().samples[0]))
      return true
    }
  }

  /// Counts the rows that it is asked for.
  struct CountingModel: ScoreModel {
    final class Count: @unchecked Sendable { var rows = 0 }
    let model: GaussianMixture
    let count: Count
    var dimensions: Int { model.dimensions }
    func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
      count.rows += batch.count
      model.evaluate(batch, at: point)
    }
  }
}
