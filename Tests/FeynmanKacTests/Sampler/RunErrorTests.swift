import FeynmanKac
import Foundation
import Testing

@Suite("runs that cannot go on")
struct RunErrorTests {
  private func sampler(_ fault: FaultyModel.Fault) -> Sampler {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 10),
      target: .annealed(FaultyModel(fault: fault, below: 0.55), name: "net", inverseTemperature: 2), steps: 10
    )
    // Blocks of 512 rows.
    sampler.control = .radial
    return sampler
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
        + "try more steps, a later `startTime` or a larger `minimumNoiseLevel`")
  }

  private func time(of error: RunError) -> Double {
    if case .notFinite(_, _, let time, _) = error { return time }
    return .nan
  }

  /// Takes its time for every block.
  private struct SlowModel: ScoreModel {
    let dimensions = 1
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
      usleep(5_000)
      for index in 0..<batch.count { batch.scores[index] = -batch.states[index] }
    }
  }

  /// Lets so many questions pass.
  private final class Patience: RunObserver {
    var left: Int
    init(_ left: Int) { self.left = left }
    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { true }
    var endsRun: Bool {
      left -= 1
      return left < 0
    }
  }

  // Seen to catch: a question between steps alone, which took the whole step of 2 seconds.
  @Test("an observer ends a run within a step", arguments: [1, 2])
  func cancelledWithinStep(threads: Int) throws {
    let slow = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 10),
      target: .annealed(SlowModel(), inverseTemperature: 2), steps: 10)
    let began = ContinuousClock.now
    #expect(throws: RunError.cancelled(step: 0)) {
      try slow.run(particles: 200_000, seed: 1, threads: threads, observer: Patience(3))
    }
    #expect(ContinuousClock.now - began < .seconds(1))
  }

  @Test("a model that ends because nobody waits ends the run as the observer would")
  func cancelledModel() {
    struct Cancelled: ScoreModel {
      let dimensions = 1
      func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws { throw CancellationError() }
    }
    let sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 10),
      target: .annealed(Cancelled(), inverseTemperature: 2), steps: 10)
    #expect(throws: RunError.cancelled(step: 0)) { try sampler.run(particles: 10, seed: 1) }
  }

  // Seen to catch: an overflow that ends the process.
  @Test("what no machine can hold is a set-up error, not the end of the process")
  func tooLarge() throws {
    struct Wide: ScoreModel {
      let dimensions: Int
      func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {}
    }
    for (dimensions, particles, islands, steps, setting) in [
      (1 << 40, 1 << 30, 1, 10, "particles"), (.max / 8, 1, 1, 10, "particles"),
      (1, 1 << 30, 1 << 30, 10, "islands"), (1, 10, 1, 1 << 48, "sampler.steps"),
      (1, Int(Int32.max), 1, .max / 2, "particles"),
    ] {
      var sampler = Sampler(
        process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 10),
        target: .annealed(Wide(dimensions: dimensions), inverseTemperature: 2), steps: steps)
      sampler.control = .linear
      // What is as large as the machine allows is not tried.
      guard islands == 1 || MemoryAllowance.least().map({ $0.bytes < 100 << 30 }) ?? false else { continue }
      for attempt in [
        { _ = try sampler.plan(particles: particles, islands: islands) },
        { _ = try sampler.run(particles: particles, islands: islands, seed: 1) },
      ] {
        let error = try #require(throws: SetupError.self) { try attempt() }
        #expect(error.setting == setting, "\(error)")
      }
    }
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
      .annealed(ExampleTargets.mixture, inverseTemperature: 1).tilted(by: forbids, at: .state))
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
        .annealed(ExampleTargets.mixture, inverseTemperature: 1).tilted(by: steep, at: .state))
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
