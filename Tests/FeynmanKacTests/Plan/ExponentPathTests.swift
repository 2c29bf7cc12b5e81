import FeynmanKac
import Foundation
import Testing

@Suite("the path of exponents")
struct ExponentPathTests {
  private func plan(
    _ target: Target, _ path: ExponentPath = .automatic, _ change: (inout Sampler) -> Void = { _ in }
  )
    throws -> Sampler.Plan
  {
    var sampler = ExampleTargets.sampler(target)
    sampler.target.path = path
    change(&sampler)
    return try sampler.plan(particles: 100)
  }

  @Test("a late one stays at its start until the level, then is linear in log v")
  func late() throws {
    let guided = Target.guided(
      unconditional: ExampleTargets.other, conditional: ExampleTargets.mixture, scale: 4)
    let plan = try plan(guided, .late(below: 1))
    // On every second level of the grid, whose steps are 0.35 long.
    let start = try #require(plan.lateLevel)
    #expect(plan.noiseLevels.contains(start) && abs(log(start)) < 0.36)
    #expect(plan.exponents.map(\.model) == ["unconditional", "conditional"])
    let (first, last) = (plan.exponents[0].values, plan.exponents[1].values)
    #expect(first[0] == 0 && last[0] == 1)
    #expect(abs(first[40] + 3) < 1e-12 && abs(last[40] - 4) < 1e-12)
    let end = plan.noiseLevels[40]
    for (step, level) in plan.noiseLevels.enumerated() {
      let share = level >= start ? 0 : log(start / level) / log(start / end)
      #expect(abs(first[step] + 3 * share) < 1e-12 && abs(last[step] - 1 - 3 * share) < 1e-12)
    }
  }

  // Every second level is one that a run of twice the step length has too. The level asked for is an odd one, a step of 0.66 away from
  // where it has to be.
  // Seen to catch: any level.
  @Test("begins where a coarser run that goes along has a level, whether one does or not")
  func coarser() throws {
    var sampler = ExampleTargets.sampler(.annealed(ExampleTargets.mixture, inverseTemperature: 4), steps: 21)
    let levels = try sampler.plan(particles: 100).noiseLevels
    sampler.target.path = .late(below: levels[11])
    let level = try #require(try sampler.plan(particles: 100).lateLevel)
    #expect(level == levels[10] || level == levels[12])
    sampler.stepSizeError = .doubling()
    #expect(try sampler.plan(particles: 100).lateLevel == level)
  }

  @Test("begins at a geometric mean of the models whose exponents are above 0")
  func starts() throws {
    let product = Target.product([
      .init(ExampleTargets.mixture, name: "a", exponent: 3),
      .init(ExampleTargets.other, name: "b", exponent: 1),
      .init(ScoreWithDensity(), name: "c", exponent: -0.5),
    ])
    #expect(try plan(product, .late()).exponents.map { $0.values[0] } == [0.75, 0.25, 0])
  }

  @Test(
    "is late by itself where models know their densities and the target is colder than them, and nowhere else"
  )
  func automatic() throws {
    let cold = Target.annealed(ExampleTargets.mixture, inverseTemperature: 2)
    let level = try #require(try plan(cold).lateLevel)
    // Within the modes 0.3765, in all 2.116, both per dimension and by hand.
    #expect(abs(log(level / (12 * (0.3765 * 2.116).squareRoot() / 2))) < 0.18)
    #expect(try plan(cold, .constant).lateLevel == nil)
    #expect(try plan(.annealed(ExampleTargets.mixture, inverseTemperature: 0.5)).lateLevel == nil)
    #expect(try plan(.annealed(ExampleTargets.mixture, inverseTemperature: 1)).lateLevel == nil)
    #expect(
      try plan(.annealed(ExampleTargets.mixture, inverseTemperature: Schedule(from: 1, to: 2))).lateLevel
        == nil)
    #expect(try plan(cold, .automatic) { $0.correction = .none }.lateLevel == nil)
    let aligned = Target.guided(
      unconditional: ExampleTargets.other, conditional: ExampleTargets.mixture, scale: 4,
      alignmentThreshold: 0.9)
    #expect(try plan(aligned).lateLevel == nil)
  }

  // At c = 1 the weights of a constant path have no finite variance where the positive exponents sum to more than 2.
  // Seen to catch: a late path whatever the tail.
  @Test(
    "is late by itself, where models know their scores alone, if constant exponents have weights with a heavy tail"
  )
  func automaticByScores() throws {
    func awaits(_ beta: Double, _ change: (inout Sampler) -> Void = { _ in }) throws -> Bool {
      let model = ScoreOnly(model: ExampleTargets.mixture)
      return try plan(.annealed(model, inverseTemperature: .constant(beta)), .automatic, change)
        .lateLevelAwaitsFit
    }
    #expect(try awaits(2.1) && awaits(8))
    #expect(try !awaits(2) && !awaits(0.5))
    #expect(try !awaits(8) { $0.noiseScale = .scheduled(1.5) })
    #expect(try awaits(8) { $0.noiseScale = .scheduled(Schedule(from: 1, to: 1.5)) })
    #expect(
      try !awaits(8) {
        $0.correction = .kernelRatio
        $0.control = .none
      })
    #expect(try !awaits(8) { $0.correction = .none })
  }

  // Seen to catch: a plan that is not made anew after the fit.
  @Test("by scores alone begins where the fit says that the data is as wide, or where the model states it")
  func levelByScores() throws {
    var sampler = ExampleTargets.sampler(
      .annealed(ScoreOnly(model: ExampleTargets.mixture), inverseTemperature: 8))
    sampler.target.path = .late()
    // 2.116 in the mean of both dimensions, by hand.
    let asked = sampler.target
    let found = try sampler.run(particles: 200, seed: 1)
    sampler.target.path = .late(below: 4 * 2.116 / 2)
    let level = try #require(try sampler.plan(particles: 200).lateLevel)
    #expect(try !sampler.plan(particles: 200).lateLevelAwaitsFit)
    let stated = try sampler.run(particles: 200, seed: 1)
    #expect(level < 5 && found.logWeights == stated.logWeights)
    sampler.target = asked
    sampler.target.path = .late(below: 40)
    #expect(try sampler.run(particles: 200, seed: 1).logWeights != stated.logWeights)
  }

  @Test("that cannot be late says why")
  func refusals() throws {
    func problem(
      _ target: Target, _ path: ExponentPath = .late(), _ change: (inout Sampler) -> Void = { _ in }
    )
      -> SetupError?
    {
      #expect(throws: SetupError.self) { try plan(target, path, change) }
    }
    let cold = Target.annealed(ExampleTargets.mixture, inverseTemperature: 2)
    let moving = Target.annealed(ExampleTargets.mixture, inverseTemperature: Schedule(from: 1, to: 2))
    let aligned = Target.guided(
      unconditional: ExampleTargets.other, conditional: ExampleTargets.mixture, scale: 4,
      alignmentThreshold: 0.9)
    let unknown = Target.annealed(ScoreWithDensity(), inverseTemperature: 2)
    #expect(
      problem(moving)
        == SetupError("target.path", "late exponents have a path of their own; give constant numbers"))
    #expect(
      problem(aligned)
        == SetupError(
          "target.path",
          "what guidance does beyond composing needs its scale along the whole path; use `path: .constant`"))
    #expect(
      problem(cold, .late()) { $0.correction = .none }
        == SetupError(
          "target.path",
          "without weights the path decides what is sampled; use `path: .constant` or another correction"))
    #expect(
      problem(unknown)
        == SetupError(
          "target.path", "no model says how wide its data is; give the noise level below which exponents move"
        ))
    #expect(problem(cold, .late(below: 0)) == SetupError("target.path", "0.0; give a noise level above 0"))
  }
}

/// A density with no more known of it.
private struct ScoreWithDensity: ScoreModel {
  let dimensions = 2
  let hasLogDensity = true
  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {}
}
