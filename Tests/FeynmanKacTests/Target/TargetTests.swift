import FeynmanKac
import Foundation
import Testing

// A model is one type with one method.
struct StandardNormal: ScoreModel {
  let dimensions: Int

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    let variance = Float(point.signal * point.signal + point.noise * point.noise)
    for i in 0..<batch.count * dimensions { batch.scores[i] = -batch.states[i] / variance }
  }
}

@Suite("targets")
struct TargetTests {
  @Test("operators and names spell the same target")
  func operators() throws {
    let a = ExampleTargets.mixture
    let b = ExampleTargets.other
    let spelled = 0.5 * a + 1.5 * b
    #expect(spelled.terms.map(\.exponent) == [0.5, 1.5])
    #expect(Set(spelled.terms.map(\.name)).count == 2)
    let guided = Target.guided(unconditional: a, conditional: b, scale: 3)
    #expect(guided.terms.map(\.exponent) == [-2, 3])
    let tilted = (1.0 * a).tilted(by: LinearReward(coefficients: [1, 0]))
    #expect(tilted.rewardScale == 1 && tilted.rewardPoint == .ahead)
    #expect((tilted + 1.0 * b).reward != nil)
    #expect((1.0 * b + tilted).terms.count == 2)
    #expect((1.0 * b + tilted).reward != nil)
  }

  @Test("terms of one name share one evaluation")
  func sharing() throws {
    let a = ExampleTargets.mixture
    let twice = Target(terms: [a.raised(to: 0.5, name: "a"), a.raised(to: 1.5, name: "a")])
    let sampler = ExampleTargets.sampler(twice)
    let result = try sampler.run(particles: 500, seed: 2)
    #expect(result.modelEvaluations.map(\.model) == ["a"])
    let once = try ExampleTargets.sampler(.annealed(a, inverseTemperature: 2)).run(particles: 500, seed: 2)
    #expect(result.samples == once.samples)
  }

  @Test("a model of the user's own runs")
  func ownModel() throws {
    let sampler = Sampler(
      process: .variancePreserving(), target: .annealed(StandardNormal(dimensions: 3), inverseTemperature: 4),
      steps: 50)
    let result = try sampler.run(particles: 20_000, seed: 1)
    // N(0, 1/4): a variance of 20,000 samples has a standard error of 0.0025; 5 of them, and 0.01 for 50 steps.
    for variance in result.weightedVariance { #expect(abs(variance - 0.25) < 0.0225) }
    #expect(result.logNormalizer!.value.isFinite)
  }

  @Test("resampled samples are whole rows, as many as asked")
  func resampled() throws {
    let result = try ExampleTargets.sampler().run(particles: 500, seed: 2)
    let rows = Set((0..<500).map { [result.samples[2 * $0], result.samples[2 * $0 + 1]] })
    let drawn = result.resampled(1000)
    #expect(drawn.count == 2000)
    for row in 0..<1000 { #expect(rows.contains([drawn[2 * row], drawn[2 * row + 1]])) }
    #expect(drawn == result.resampled(1000))
    #expect(drawn != result.resampled(1000, seed: 1))
  }
}
