import FeynmanKac
import Foundation
import Testing

/// Particles about which a model or a reward has no finite answer.
@Suite("failed answers")
struct DroppedParticlesTests {
  /// A model that fails beyond a place, below a noise level.
  private struct Failing: ScoreModel {
    let model: GaussianMixture
    var edge: Float
    var level: Double
    var failsInDensity = false
    var dimensions: Int { model.dimensions }
    var hasLogDensity: Bool { true }

    func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
      model.evaluate(batch, at: point)
      guard point.noise * point.noise < level * point.signal * point.signal else { return }
      for row in 0..<batch.count where batch.states[row * dimensions] > edge {
        if failsInDensity, let logDensities = batch.logDensities {
          logDensities[row] = .nan
        } else {
          batch.scores[row * dimensions + 1] = .infinity
        }
      }
    }
  }

  private struct FailingReward: Reward {
    let edge: Float
    var hasGradient: Bool { true }
    var dimensions: Int? { nil }
    func evaluate(_ batch: RewardBatch) throws {
      for row in 0..<batch.count {
        let state = batch.states[row * batch.dimensions]
        batch.values[row] = state > edge ? .nan : 0.1 * Double(state)
        for j in 0..<batch.dimensions { batch.gradients[row * batch.dimensions + j] = j == 0 ? 0.1 : 0 }
      }
    }
  }

  private static let gaussian = try! GaussianMixture(means: [[0.5, -1]], weights: [1], standardDeviation: 1)

  private func sampler(_ model: some ScoreModel, _ rule: Sampler.FailureRule) -> Sampler {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 40),
      target: .annealed(model, inverseTemperature: 2), steps: 60)
    sampler.target.path = .constant
    sampler.onFailure = rule
    sampler.stepSizeError = .none
    return sampler
  }

  // Of N(0.5, ½) 1.7 % lies beyond 2: what is dropped there, from an easy level on, is at most a few times that.
  @Test(
    "are dropped where that is asked for, counted, and nothing of them is left", arguments: [false, true])
  func dropped(_ failsInDensity: Bool) throws {
    let model = Failing(model: Self.gaussian, edge: 2, level: 0.01, failsInDensity: failsInDensity)
    let result = try sampler(model, .drop(share: 0.2)).run(particles: 4000, islands: 8, seed: 3, threads: 2)
    let dropped = try #require(result.dropped)
    #expect((20...400).contains(dropped.count) && dropped.source!.hasPrefix("model '"), "\(dropped)")
    #expect(dropped.share > 0.005 && dropped.share < 0.06, "\(dropped.share)")
    for row in 0..<result.particles where result.logWeights[row] > -.infinity {
      #expect(result.samples[2 * row] <= 2)
    }
    // log ∫ q² = −log 4π, of which the share beyond 2 is missing: Φ(−1.5·√2) = 0.01695.
    let exact = -log(4 * Double.pi) + log(1 - 0.01695)
    let estimate = try #require(result.logNormalizer)
    let error = try #require(estimate.standardError)
    #expect(abs(estimate.value - exact) < 4 * error + 0.01, "\(estimate.value) for \(exact) ± \(error)")
    let warning = try #require(result.warnings.first { $0.code == .droppedParticles })
    #expect(warning.sentence.contains("\(dropped.count) particles"), "\(warning)")
    let isSame =
      try sampler(model, .drop(share: 0.2)).run(particles: 4000, islands: 8, seed: 3, threads: 1).figures
      == result.figures
    #expect(isSame)
  }

  @Test("end the run where they are not dropped, and where that would be too much")
  func ended() throws {
    let model = Failing(model: Self.gaussian, edge: 2, level: 0.01)
    let stopped = try #require(throws: RunError.self) {
      try sampler(model, .stop).run(particles: 4000, islands: 8, seed: 3)
    }
    #expect(
      stopped.description.contains("is not finite") || stopped.description.contains("Failing"), "\(stopped)")
    let error = try #require(throws: RunError.self) {
      try sampler(model, .drop(share: 0.001)).run(particles: 4000, islands: 8, seed: 3)
    }
    #expect(error.description.contains("of its weight, of which it may lose 0.1 %"), "\(error)")
    for share in [0, 1, -1, .nan] {
      #expect(throws: SetupError.self) { try sampler(model, .drop(share: share)).plan(particles: 400) }
    }
  }

  @Test("of a reward are dropped too")
  func reward() throws {
    var sampler = sampler(Self.gaussian, .drop(share: 0.5))
    sampler.target = sampler.target.tilted(by: FailingReward(edge: 1.6))
    let result = try sampler.run(particles: 4000, islands: 8, seed: 3)
    let dropped = try #require(result.dropped)
    #expect(dropped.count > 0 && dropped.source == "the reward", "\(dropped)")
  }

  @Test("change nothing where there are none")
  func none() throws {
    let plain = try sampler(Self.gaussian, .stop).run(particles: 800, islands: 8, seed: 3)
    let other = try sampler(Self.gaussian, .drop()).run(particles: 800, islands: 8, seed: 3)
    let isSame = plain.figures == other.figures
    #expect(
      isSame && other.dropped == DroppedParticles(count: 0, share: 0, source: nil) && plain.dropped == nil)
  }
}
