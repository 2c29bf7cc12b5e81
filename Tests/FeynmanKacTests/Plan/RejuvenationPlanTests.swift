import FeynmanKac
import Foundation
import Synchronization
import Testing

@Suite("the plan of moves at a level")
struct RejuvenationPlanTests {
  private func sampler(
    _ rejuvenation: Sampler.Rejuvenation, _ target: Target? = nil, steps: Int = 12
  ) -> Sampler {
    var sampler = ExampleTargets.sampler(target, steps: steps)
    sampler.rejuvenation = rejuvenation
    return sampler
  }

  private func fault(_ sampler: Sampler) -> String? {
    do {
      _ = try sampler.plan(particles: 100)
      return nil
    } catch { return "\(error)" }
  }

  @Test("refuses numbers that cannot work, each with what is allowed")
  func numbers() {
    #expect(fault(sampler(.langevin(moves: 0))) == "sampler.rejuvenation.moves: 0; give 1 or more")
    #expect(fault(sampler(.langevin(moves: 1001))) == "sampler.rejuvenation.moves: 1001; give at most 1000")
    #expect(fault(sampler(.metropolis(every: 0))) == "sampler.rejuvenation.every: 0; give 1 or more")
    #expect(
      fault(sampler(.langevin(signalToNoise: 1)))
        == "sampler.rejuvenation.signalToNoise: 1.0; give a number above 0 and below 1")
    #expect(
      fault(sampler(.metropolis(acceptance: 0)))
        == "sampler.rejuvenation.acceptance: 0.0; give a number above 0 and below 1")
  }

  @Test("refuses moves that would not leave the density as it is, with what to use")
  func refusals() throws {
    let blind = ScoreOnly(model: ExampleTargets.mixture, dataStandardDeviation: 1)
    let hidden = Target.annealed(blind, inverseTemperature: 2)
    #expect(
      fault(sampler(.metropolis(), hidden))
        == "sampler.rejuvenation: `.metropolis()` accepts by log densities, which model 'model' does not have; use `.langevin()`"
    )
    #expect(fault(sampler(.langevin(), hidden)) == nil)
    var moving = sampler(.langevin(), .annealed(blind, inverseTemperature: Schedule(from: 1, to: 2)))
    #expect(
      fault(moving)
        == "sampler.rejuvenation: exponents that move need log densities, which models without them carry along their steps and "
        + "not along moves; use `path: .constant` and exponents that stand still, or leave it out")
    // Asked for by name; without a word a path stays where moves can be made.
    var late = sampler(.langevin(), .annealed(blind, inverseTemperature: 3))
    late.target.path = .late()
    #expect(fault(late)?.hasPrefix("sampler.rejuvenation: exponents that move need log densities") == true)
    late.target.path = .automatic
    #expect(try late.plan(particles: 100).lateLevel == nil)
    late.rejuvenation = nil
    #expect(try late.plan(particles: 100).lateLevel != nil)
    let steep = try LinearReward(coefficients: [1, 0])
    let ahead = Target.annealed(ExampleTargets.mixture, inverseTemperature: 1).tilted(by: steep)
    #expect(
      fault(sampler(.langevin(), ahead))
        == "sampler.rejuvenation: `.langevin()` follows the reward's gradient, of which the isotropic Jacobian is a guess; use "
        + "`jacobian: .finiteDifference` or `.metropolis()`")
    #expect(fault(sampler(.metropolis(), ahead)) == nil)
    var exact = ahead
    exact.rewardPoint = .ahead(jacobian: .finiteDifference)
    #expect(fault(sampler(.langevin(), exact)) == nil)
    exact.rewardPoint = .state
    #expect(fault(sampler(.langevin(), exact)) == nil)
    let black = ClosureReward(value: { Double($0[0]) })
    var unknown = Target.annealed(ExampleTargets.mixture, inverseTemperature: 1).tilted(by: black)
    unknown.rewardPoint = .state
    #expect(
      fault(sampler(.langevin(), unknown))
        == "sampler.rejuvenation: `.langevin()` follows the reward's gradient, and this one has none; use `.metropolis()`"
    )
    #expect(fault(sampler(.metropolis(), unknown)) == nil)
    let guided = Target.guided(
      unconditional: ExampleTargets.mixture, conditional: ExampleTargets.other, scale: 2,
      alignmentThreshold: 0.9)
    #expect(
      fault(sampler(.metropolis(), guided))
        == "sampler.rejuvenation: moves ask both branches, one of which `guidance.alignmentThreshold` leaves out; leave one of them out"
    )
    var projected = sampler(
      .metropolis(),
      .guided(
        unconditional: ExampleTargets.mixture, conditional: ExampleTargets.other, scale: 2,
        projection: .init(parallel: 0.2)))
    projected.correction = .kernelRatio
    projected.control = .none
    #expect(
      fault(projected)
        == "sampler.rejuvenation: moves go along the composed scores, which `guidance.projection` changes to those of no density; "
        + "leave one of them out")
  }

  // Seen to catch: moves left out of the forecast; moves counted of a model that is not asked at a level.
  @Test("forecasts every evaluation that is made", arguments: [1, 2, 3], [11, 12])
  func evaluations(_ every: Int, _ steps: Int) throws {
    for doubles in [false, true] {
      for isLate in [false, true] { try check(every, steps, doubles, isLate) }
    }
  }

  private func check(_ every: Int, _ steps: Int, _ doubles: Bool, _ isLate: Bool) throws {
    for rejuvenation in [
      Sampler.Rejuvenation.langevin(moves: 2, every: every), .metropolis(moves: 3, every: every),
    ] {
      // Late exponents of a guided pair are 0 at first for the one that is left out in the end.
      let calls = CountedModel(ExampleTargets.mixture)
      var sampler = sampler(
        rejuvenation, .guided(unconditional: calls, conditional: ExampleTargets.other, scale: 3),
        steps: steps)
      if isLate { sampler.target.path = .late(below: 1) }
      if doubles { sampler.stepSizeError = .doubling() }
      let plan = try sampler.plan(particles: 200)
      let result = try sampler.run(particles: 200, seed: 1)
      #expect(calls.rows == plan.modelEvaluations[0].rows)
      #expect(result.modelEvaluations[0].rows == calls.rows)
      #expect(result.rejuvenation!.moves == rejuvenation.moves * (steps / every))
    }
  }

  @Test("says how moves went, level by level")
  func reports() throws {
    let result = try sampler(.metropolis(every: 5), steps: 40).run(particles: 500, seed: 1)
    for row in result.trace {
      let moves = row.step > 0 && row.step % 5 == 0
      #expect((row.moveSize != nil) == moves && (row.moveAcceptance != nil) == moves)
    }
    #expect(result.rejuvenation!.acceptance! > 0.4 && result.rejuvenation!.acceptance! < 0.8)
    let plain = try sampler(.langevin(), steps: 40).run(particles: 500, seed: 1)
    #expect(plain.trace.allSatisfy { $0.moveAcceptance == nil && ($0.moveSize != nil) == ($0.step > 0) })
    #expect(plain.rejuvenation!.acceptance == nil)
    #expect(try ExampleTargets.sampler(steps: 10).run(particles: 100, seed: 1).rejuvenation == nil)
  }
}

/// A mixture that counts the rows that it is asked about.
private final class CountedModel: ScoreModel, @unchecked Sendable {
  private let model: GaussianMixture
  private let count = Mutex(0)

  init(_ model: GaussianMixture) { self.model = model }

  var rows: Int { count.withLock { $0 } }
  var dimensions: Int { model.dimensions }
  var hasLogDensity: Bool { true }
  var noiseLevels: ClosedRange<Double>? { model.noiseLevels }
  func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }
  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    count.withLock { $0 += batch.count }
    model.evaluate(batch, at: point)
  }
}
