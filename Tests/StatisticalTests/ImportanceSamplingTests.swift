import FeynmanKac
import Foundation
import Testing

@Suite("weights")
struct ImportanceSamplingTests {
  // Seen to catch: the rate without Σ aᵢ|sᵢ|².
  @Test(
    "one model to the power one with a Gaussian start keeps its weights exactly uniform",
    arguments: [1, 2, 8, 20])
  func noOperation(dimensions: Int) throws {
    let model = try GaussianMixture(
      means: [Array(repeating: -1, count: dimensions), Array(repeating: 2, count: dimensions)],
      weights: [0.4, 0.6], standardDeviation: 0.5)
    for control in Sampler.Control.allCases {
      for noiseScale in [1.0, 1.7] {
        var sampler = Sampler(
          process: .variancePreserving(), target: .annealed(model, inverseTemperature: 1), steps: 30)
        sampler.start = .gaussian
        sampler.control = control
        sampler.noiseScale = .scheduled(.constant(noiseScale))
        let result = try sampler.run(particles: 700, seed: 3)
        #expect(result.logWeights.allSatisfy { $0 == result.logWeights[0] })
        #expect(result.resampleCount == 0)
        #expect(abs(result.logNormalizer!.value - result.logNormalizerInitial!) < 1e-12)
        // The square root of a rounding error.
        #expect(try #require(result.logNormalizer?.standardError) < 1e-7)
      }
    }
  }

  // Seen to catch: islands merged by the mean of log Ẑ; log Z of islands without their weights; the ESS of merged
  // blocks with Σw² scaled as Σw, and ESS as Σw or as (Σw)²/√Σw²; two blocks with one random stream.
  @Test("without resampling, log Z and moments are those of importance sampling")
  func neverResample() throws {
    let golden = GoldenCase.named("gmm_anneal_b3_vp")
    var sampler = try golden.sampler(steps: 60)
    sampler.resampling.threshold = 0
    final class Recorder: RunObserver {
      var last: ParticleSnapshot?
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
        if step.step == step.steps { last = snapshot() }
        return true
      }
    }
    let recorder = Recorder()
    let result = try sampler.run(particles: 2000, seed: 4, observer: recorder)
    #expect(result.ancestors == (0..<2000).map(Int64.init))
    #expect(result.resampleCount == 0 && result.uniqueAncestors == 2000)
    #expect(recorder.last?.samples == result.samples)
    let effective = 1 / result.logWeights.reduce(0) { $0 + exp(2 * $1) }
    #expect(abs(result.trace.last!.effectiveSampleSize / effective - 1) < 1e-9)
    #expect(abs(result.effectiveSampleSize / effective - 1) < 1e-9)
    // Every block draws its own numbers. Two of 2,000 floats may be alike by chance, ten pairs are not.
    #expect(Set(result.samples).count > 1990)
    // Islands of one particle can only weigh, so their merged estimate is importance sampling by definition.
    let single = try sampler.run(particles: 2000, islands: 2000, seed: 4)
    let normalizers = single.islandLogNormalizers
    let highest = normalizers.max()!
    let mean = highest + log(normalizers.reduce(0) { $0 + exp($1 - highest) } / 2000)
    #expect(abs(single.logNormalizer!.value - mean) < 1e-12)
    for (weight, normalizer) in zip(single.logWeights, normalizers) {
      #expect(abs(weight - (normalizer - mean - log(2000))) < 1e-9)
    }
  }

  // Seen to catch: weights that are collected into log Z and reset by steps that do not resample.
  @Test("a run resamples where its effective sample size falls below the threshold, and only there")
  func trigger() throws {
    var sampler = try GoldenCase.named("gmm_anneal_b3_vp").sampler(steps: 60)
    sampler.control = .none
    let result = try sampler.run(particles: 2000, seed: 4)
    #expect(result.resampleCount > 1)
    for report in result.trace.dropLast() {
      #expect((report.resampledIslands == 1) == (report.effectiveSampleSize < 1000), "step \(report.step)")
    }
  }

  // Seen to catch: λ a step late; log Z without the weights carried at the end.
  @Test("a constant reward moves log Z by itself and nothing else")
  func constantReward() throws {
    let golden = GoldenCase.named("gmm2d_product_ve")
    let sampler = try golden.sampler(steps: 40)
    let plain = try sampler.run(particles: 3000, seed: 4)
    for constant in [-300.0, 250] {
      var tilted = sampler
      tilted.target = sampler.target.tilted(by: ClosureReward { _ in constant })
      let result = try tilted.run(particles: 3000, seed: 4)
      #expect(abs(result.logNormalizer!.value - plain.logNormalizer!.value - constant) < 1e-9)
      #expect(result.samples == plain.samples)
      for (a, b) in zip(result.logWeights, plain.logWeights) { #expect(abs(a - b) < 1e-9) }
    }
  }

  // Sums of single precision in another order differ in their last bit, which many steps may enlarge; before the
  // first resampling they cannot grow to 1e-3.
  // Seen to catch: Σ aᵢ|sᵢ|² of the first term alone.
  @Test("the order of the terms does not matter")
  func permutation() throws {
    let golden = GoldenCase.named("three_expert_vp")
    var sampler = try golden.sampler(steps: 40)
    sampler.resampling.threshold = 0
    let forward = try sampler.run(particles: 2000, seed: 4)
    sampler.target.terms.reverse()
    let backward = try sampler.run(particles: 2000, seed: 4)
    #expect(abs(forward.logNormalizer!.value - backward.logNormalizer!.value) < 1e-4)
    for (a, b) in zip(forward.samples, backward.samples) { #expect(abs(a - b) < 1e-3) }
  }
}
