import FeynmanKac
import Testing

@Suite("runs that cannot go on")
struct RunErrorTests {
  private func sampler(_ fault: FaultyModel.Fault) -> Sampler {
    Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 10),
      target: .annealed(FaultyModel(fault: fault, below: 0.55), name: "net", inverseTemperature: 2), steps: 10
    )
  }

  @Test("NaN from a model names model, step, time and particle, and what to try")
  func notANumber() throws {
    let error = try #require(throws: RunError.self) { try sampler(.notANumber).run(particles: 2000, seed: 1) }
    guard case .notFinite(let source, let step, _, let particle) = error else {
      Issue.record("\(error)")
      return
    }
    // The first block's third row holds the eighth value; t = 0.5 is the fifth step.
    #expect(source == "model 'net'" && step == 5 && particle == 3)
    #expect(
      error.description
        == "model 'net' returned a value that is not finite at step 5 (t = \(time(of: error))) for particle 3; "
        + "try more steps, a later start_time or a larger minimum_noise_level")
  }

  private func time(of error: RunError) -> Double {
    if case .notFinite(_, _, let time, _) = error { return time }
    return .nan
  }

  @Test("the first particle is named for any number of threads", arguments: [1, 2, 5])
  func firstFault(threads: Int) throws {
    let error = try #require(throws: RunError.self) {
      try sampler(.infinite).run(particles: 2000, seed: 1, threads: threads)
    }
    guard case .notFinite(_, _, _, let particle) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(particle == 511)
  }

  @Test("an error that a model throws is passed on with its place")
  func throwing() throws {
    let error = try #require(throws: RunError.self) { try sampler(.throwing).run(particles: 10, seed: 1) }
    guard case .modelFailed(let source, let step, _, let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(source == "model 'net'" && step == 5 && reason == "the worker died")
  }

  @Test("a reward that forbids every state ends the run")
  func allWeightsZero() throws {
    let forbids = ClosureReward { _ in -.infinity }
    let sampler = ExampleTargets.sampler(
      .annealed(ExampleTargets.mixture, inverseTemperature: 1).tilted(by: forbids))
    let error = try #require(throws: RunError.self) { try sampler.run(particles: 100, islands: 2, seed: 1) }
    guard case .allWeightsZero(let island, let step, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(island == 0 && step == 1)
  }

  @Test(
    "log-weights too large to tell particles apart end the run, whether resampling would hide them or not")
  func weightsBeyondPrecision() throws {
    let steep = ClosureReward { row in 1e12 + Double(row[0]) }
    for threshold in [0, 1.0] {
      var sampler = ExampleTargets.sampler(
        .annealed(ExampleTargets.mixture, inverseTemperature: 1).tilted(by: steep))
      sampler.resampling.threshold = threshold
      let error = try #require(throws: RunError.self) { try sampler.run(particles: 100, seed: 1) }
      guard case .weightsBeyondPrecision(let island, let step, _, let logWeight) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect(island == 0 && step == 1 && logWeight > 1e10)
    }
  }

  @Test("a reward that forbids some states leaves none of them")
  func hardConstraint() throws {
    let half = ClosureReward { row in row[0] < 0 ? -.infinity : 0 }
    let sampler = ExampleTargets.sampler(
      .annealed(ExampleTargets.mixture, inverseTemperature: 1).tilted(by: half))
    let result = try sampler.run(particles: 4000, seed: 1)
    for particle in 0..<result.particles where result.samples[2 * particle] < 0 {
      #expect(result.logWeights[particle] == -.infinity)
    }
    #expect(result.effectiveSampleSize > 100)
  }

  @Test("an observer ends the run")
  func cancelled() throws {
    final class Impatient: RunObserver {
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { step.step < 7 }
    }
    #expect(throws: RunError.cancelled(step: 7)) {
      try ExampleTargets.sampler().run(particles: 100, seed: 1, observer: Impatient())
    }
  }
}
