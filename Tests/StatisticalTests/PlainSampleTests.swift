import FeynmanKac
import Foundation
import Testing

/// A few samples of the models themselves, before a run of models that know their scores alone.
@Suite("plain samples")
struct PlainSampleTests {
  private static let process = VarianceExploding(sigmaMin: 0.01, sigmaMax: 50)
  private static let modes = try! GaussianMixture(
    means: [[-2.6, 1.2], [2, -0.9], [0.7, 3.6]], weights: [0.3, 0.5, 0.2],
    standardDeviations: [[0.65, 0.65], [0.65, 0.65], [0.65, 0.65]])
  /// A mode of 5 % of the data and of most of its square.
  private static let rare = try! GaussianMixture(
    means: [Array(repeating: 0, count: 6), [7] + Array(repeating: 0, count: 5)], weights: [0.95, 0.05],
    standardDeviations: [Array(repeating: 1, count: 6), Array(repeating: 0.35, count: 6)])

  private static func sampler(_ model: GaussianMixture, _ inverseTemperature: Double) -> Sampler {
    Sampler(
      process: process,
      target: .annealed(
        AgreementTests.ScoreOnly(model: model), inverseTemperature: .constant(inverseTemperature)))
  }

  private static func plain(_ sampler: Sampler, particles: Int, seed: UInt64) throws -> PlainSamples? {
    try PlainSamples(beside: sampler, particles: particles, seed: seed)
  }

  // Their weights are the target over what they are drawn from, so that the mean is Z: 40 runs of 100 samples, five standard errors of the mean of
  // all, and 0.02 for half the steps.
  // Seen to catch: weights without the volume of the coordinates (off by 0.10 and 0.20).
  @Test("their weights have the target's integral for mean", arguments: [2, 3])
  func weights(_ power: Int) throws {
    var sampler = Self.sampler(Self.modes, Double(power))
    sampler.process = VariancePreserving()
    sampler.endTime = 0.1
    let level = try #require(try sampler.plan(particles: 2000).noiseLevels.last)
    // `α² = 1/(1 + v)`, so that x has another volume than y.
    let exact =
      StatisticalTargets.product(Array(repeating: Self.modes, count: power), level: level).logNormalizer
      + Double(power - 1) * log(1 + level)
    let ratios = try (0..<40).flatMap { seed in
      try #require(try Self.plain(sampler, particles: 1000, seed: UInt64(seed))).logWeights.map {
        exp($0 - exact)
      }
    }
    #expect(ratios.count == 4000)
    let mean = Repeated(ratios)
    #expect(abs(mean.mean - 1) < 5 * mean.standardError + 0.02, "\(mean.mean) ± \(mean.standardError)")
  }

  // 200 samples tell a width to a fourteenth.
  // Seen to catch: samples that are resampled towards the target.
  @Test("they tell how wide the modes are, and one population from several")
  func spread() throws {
    let apart = try #require(try Self.plain(Self.sampler(Self.modes, 2), particles: 2000, seed: 1)?.spread)
    #expect(apart.apartness > 4 && abs(apart.within.squareRoot() / 0.65 - 1) < 0.2, "\(apart)")
    let gaussian = try GaussianMixture.gaussian(mean: [1, 0, 2], standardDeviations: [0.4, 1, 2])
    let one = try #require(try Self.plain(Self.sampler(gaussian, 2), particles: 2000, seed: 1)?.spread)
    #expect(one.apartness < 1.1, "\(one)")
  }

  // At the power 2 weights of constant exponents are at the edge of a heavy tail, where a late path pays for several populations alone.
  @Test("exponents move late for several populations, and stand still for one, at half the evaluations")
  func path() throws {
    let gaussian = try GaussianMixture.gaussian(mean: [1, 0, 2], standardDeviations: [0.4, 1, 2])
    for (model, isLate) in [(Self.modes, true), (gaussian, false)] {
      var sampler = Self.sampler(model, 2)
      let plan = try sampler.plan(particles: 2000)
      #expect(plan.awaitsPlainSamples && plan.plainSamples == 200)
      let result = try sampler.run(particles: 2000, seed: 1)
      let rows = result.modelEvaluations[0].rows
      #expect(rows <= plan.modelEvaluations[0].rows)
      #expect(isLate ? rows > 380 * 2000 : rows < 240 * 2000, "\(rows)")
      sampler.target.path = isLate ? .late() : .constant
      #expect(try sampler.run(particles: 2000, seed: 1).samples == result.samples)
    }
  }

  // Of 200 samples 10 are there; none once in 28,000 runs. The target has 0.67 of its mass there.
  // Seen to catch: samples that all are near some particle.
  @Test("a rare mode that the run has not reached is named with its mass", arguments: [UInt64(1), 2, 3])
  func missedMode(seed: UInt64) throws {
    var sampler = Self.sampler(Self.rare, 1.6)
    sampler.target.path = .constant
    sampler.noiseScale = .scheduled(0.3)
    sampler.control = .none
    sampler.resampling.threshold = 0
    let result = try sampler.run(particles: 2000, seed: seed)
    #expect(result.weightedMean[0] < 1, "the run has found the mode")
    let warning = try #require(result.warnings.first { $0.code == .missedMass })
    #expect(warning.sentence.contains("of the target's mass is where the run has no particle"))
    #expect(result.trust == .doubtful)
  }

  // 24 runs: none has missed anything.
  // Seen to catch: shares of the samples in place of what they weigh.
  @Test("nothing is missed where the run is right", arguments: [0.4, 1.5, 3])
  func nothingMissed(_ inverseTemperature: Double) throws {
    let sampler = Self.sampler(Self.modes, inverseTemperature)
    for result in try sampler.runs(0..<8, particles: 2000) {
      #expect(!result.warnings.contains { $0.code == .missedMass || $0.code == .heavyTail })
    }
  }

  // Two per cent of the data and a tenth of its width: noise takes this mode away before it is seen, unless exponents stand still till then. log Z was off by 0.1 with a
  // standard error of 0.016, as the particles there had one to three ancestors. 16 runs: in all within 4.5 of their errors, or doubtful, and the mean of their
  // errors within 4.5 of its own.
  // Seen to catch: exponents that move at the level of the other modes; half as many samples, of which those at a mode's edge count for themselves alone.
  @Test("exponents wait for a mode that is rare and narrow")
  func narrowMode() throws {
    let model = try GaussianMixture(
      means: [[0, 0], [6, 0]], weights: [0.98, 0.02], standardDeviations: [[1, 1], [0.1, 0.1]])
    let exact = StatisticalTargets.product([model, model, model], level: 1e-4).logNormalizer
    let runs = try Self.sampler(model, 3).runs(0..<16, particles: 2000)
    let errors = runs.map { $0.logNormalizer!.value - exact }
    for (run, error) in zip(runs, errors) where run.trust == .ok {
      #expect(abs(error) < 4.5 * run.logNormalizer!.standardError!)
    }
    #expect(runs.count { $0.trust == .ok } >= 8)
    let mean = Repeated(errors)
    #expect(abs(mean.mean) < 4.5 * mean.standardError && mean.standardError < 0.015)
  }

  // The same with exponents that move early, so that the mode has one to three ancestors in most runs: none is missed, and log Z off by up to ten errors.
  // Seen to catch: no count of the ancestors there (three runs of 17 by program).
  @Test("a narrow mode that rests on few ancestors is named")
  func fewAncestors() throws {
    let model = try GaussianMixture(
      means: [[0, 0], [6, 0]], weights: [0.98, 0.02], standardDeviations: [[1, 1], [0.1, 0.1]])
    let exact = StatisticalTargets.product([model, model, model], level: 1e-4).logNormalizer
    var sampler = Self.sampler(model, 3)
    sampler.target.path = .late(below: 5)
    let runs = try sampler.runs(0..<16, particles: 2000)
    for run in runs where run.trust == .ok {
      let estimate = try #require(run.logNormalizer)
      #expect(abs(estimate.value - exact) < 4.5 * estimate.standardError!)
    }
    let named = runs.count {
      $0.warnings.contains { $0.sentence.contains("at places much narrower than the rest of the data") }
    }
    #expect(named >= 4)
  }

  @Test(
    "there are none for small runs, mixtures, atoms, the models themselves, runs without weights, and where none are asked for"
  )
  func none() throws {
    func count(_ particles: Int, _ change: (inout Sampler) -> Void = { _ in }) throws -> Int {
      var sampler = Self.sampler(Self.modes, 1.5)
      change(&sampler)
      return try sampler.plan(particles: particles).plainSamples
    }
    #expect(try count(10_000) == 1000)
    #expect(try count(640) == 64)
    #expect(try count(639) == 0)
    #expect(try count(2000) { $0.plainSamples = .none } == 0)
    #expect(try count(2000) { $0.correction = .none } == 0)
    #expect(try count(2000) { $0.target = .annealed(Self.modes, inverseTemperature: 1.5) } == 0)
    #expect(
      try count(2000) {
        $0.target = .annealed(AgreementTests.ScoreOnly(model: Self.modes), inverseTemperature: 1)
      } == 0)
    // Exponents that move by themselves cannot move late.
    #expect(try count(2000) { $0.target.terms[0].exponent = Schedule(from: 1, to: 1.5) } == 0)
  }
}

/// Weights whose variance is infinite.
@Suite("heavy tails")
struct HeavyTailTests {
  // A mode of 2 % and a twentieth of the width has few particles, whose weights are far apart: log Z is low in all of 8 runs, by 0.06 in the mean and
  // 0.13 at worst, with standard errors of 0.007 to 0.04. The Pareto shapes are 0.68 to 1.9.
  @Test("runs that a rare, narrow mode has few particles in say so")
  func rareMode() throws {
    let model = try GaussianMixture(
      means: [[0, 0], [5, 0]], weights: [0.98, 0.02], standardDeviations: [[1, 1], [0.05, 0.05]])
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50),
      target: .annealed(AgreementTests.ScoreOnly(model: model), inverseTemperature: 2))
    sampler.target.path = .late(below: 5)
    let runs = try sampler.runs(0..<8, particles: 2000)
    #expect(runs.count { run in run.warnings.contains { $0.code == .heavyTail } } >= 5)
    #expect(runs.allSatisfy { $0.paretoShape != nil })
  }
}
