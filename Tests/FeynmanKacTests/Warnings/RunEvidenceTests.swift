import FeynmanKac
import Testing

/// Each rule speaks just beyond its threshold, and is silent just before it.
@Suite("what a run warns of")
struct RunEvidenceTests {
  /// A run that no rule has anything to say of.
  static func healthy(particles: Int = 2000, islands: Int = 1) throws -> RunEvidence {
    var sampler = ExampleTargets.sampler(steps: 100)
    sampler.noiseScale = .scheduled(1.5)
    let result = try sampler.run(particles: particles, islands: islands, seed: 1)
    return RunEvidence(result, trustedAncestors: 40)
  }

  /// How to make a healthy run show a sign, and which rules then speak.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let particles: Int
    let islands: Int
    let expected: [RunWarning.Code]
    let isDoubt: Bool
    let change: @Sendable (inout RunEvidence) -> Void

    init(
      _ description: String, particles: Int = 2000, islands: Int = 1, _ expected: [RunWarning.Code],
      doubt: Bool = false, _ change: @escaping @Sendable (inout RunEvidence) -> Void
    ) {
      testDescription = description
      self.particles = particles
      self.islands = islands
      self.expected = expected
      isDoubt = doubt
      self.change = change
    }
  }

  static let cases: [Case] = [
    Case("a healthy run", []) { _ in },
    Case("one ancestor", [.collapse], doubt: true) { $0.uniqueAncestors = 1 },
    Case("39 effective ancestors", [.fewAncestors], doubt: true) { $0.effectiveAncestors = 39.9 },
    Case("41 effective ancestors", []) { $0.effectiveAncestors = 40.1 },
    Case("39 effective ancestors an island", islands: 8, [.fewAncestors], doubt: true) {
      $0.effectiveAncestors = 8 * 39.9
    },
    Case("41 effective ancestors an island", islands: 8, []) { $0.effectiveAncestors = 8 * 40.1 },
    Case("one island with most of the weight", islands: 8, [.oneIsland], doubt: true) {
      $0.logNormalizer = NormalizerEstimate.merge(
        (0..<8).map { .init(logNormalizer: $0 == 3 ? 2.1 : 0, resamplings: 1, relativeVariance: 0.1) },
        resampler: KillingResampler(), threshold: 0.5)
    },
    Case("one island with less than half", islands: 8, []) {
      $0.logNormalizer = NormalizerEstimate.merge(
        (0..<8).map { .init(logNormalizer: $0 == 3 ? 1.9 : 0, resamplings: 1, relativeVariance: 0.1) },
        resampler: KillingResampler(), threshold: 0.5)
    },
    Case("scores that pull by 2.1 % of the noise too little", [.inconsistentScores], doubt: true) {
      $0.set(scoreResidual: 0.31, error: 0.05, ofStep: 60)
    },
    Case("scores that pull by 2.1 % of the noise too much", [.inconsistentScores], doubt: true) {
      $0.set(scoreResidual: -0.31, error: 0.05, ofStep: 60)
    },
    Case("scores that pull by 1.9 % of the noise too much", []) {
      $0.set(scoreResidual: -0.29, error: 0.05, ofStep: 60)
    },
    Case("scores within five errors", []) { $0.set(scoreResidual: -0.49, error: 0.1, ofStep: 60) },
    Case("a start with 9.9 %", [.poorStart]) { $0.set(effectiveSampleSize: 198, ofStep: 0) },
    Case("a start with 10.1 %", []) { $0.set(effectiveSampleSize: 202, ofStep: 0) },
    Case("a step that keeps 49 %", [.fallingSampleSize]) {
      $0.set(effectiveSampleSize: 0.49 * $0.trace[69].effectiveSampleSize, ofStep: 70)
    },
    Case("a step that keeps 51 %", []) {
      $0.set(effectiveSampleSize: 0.51 * $0.trace[69].effectiveSampleSize, ofStep: 70)
    },
    Case("a step that keeps 49 % after a resampling", [.fallingSampleSize]) {
      $0.set(effectiveSampleSize: 980, ofStep: 70)
      $0.set(effectiveSampleSize: 1000, ofStep: 69, resampled: 1)
    },
    Case("a step that keeps 9 %", [.fallingSampleSize], doubt: true) {
      $0.set(effectiveSampleSize: 0.09 * $0.trace[69].effectiveSampleSize, ofStep: 70)
    },
    Case("a step that keeps 84 % under a heavy tail", [.fallingSampleSize], doubt: true) {
      $0.hasLightTail = false
      $0.set(effectiveSampleSize: 0.84 * $0.trace[69].effectiveSampleSize, ofStep: 70)
    },
    Case("a step that keeps 86 % under a heavy tail", []) {
      $0.hasLightTail = false
      $0.set(effectiveSampleSize: 0.86 * $0.trace[69].effectiveSampleSize, ofStep: 70)
    },
    Case("9.9 % at the end", [.lowSampleSize]) { $0.effectiveSampleSize = 198 },
    Case("10.1 % at the end", []) { $0.effectiveSampleSize = 202 },
    Case("99 at the end", particles: 600, [.lowSampleSize]) { $0.effectiveSampleSize = 99 },
    Case("99 of 190 at the end", particles: 190, []) {
      $0.effectiveSampleSize = 99
      $0.effectiveAncestors = 99
    },
    Case("101 at the end", particles: 600, []) { $0.effectiveSampleSize = 101 },
    Case("a particle with 10.1 % of the weight", [.heavyParticle]) { $0.heaviestWeight = 0.101 },
    Case("a particle with 9.9 % of the weight", []) { $0.heaviestWeight = 0.099 },
    Case("a particle with 31 % of the weight", [.heavyParticle], doubt: true) { $0.heaviestWeight = 0.31 },
    Case("26 resamplings in 100 steps", [.manyResamplings]) { $0.resampleCount = 26 },
    Case("25 resamplings in 100 steps", []) { $0.resampleCount = 25 },
    Case("a resampling at every step but the last", []) { $0.resampleCount = 99 },
    Case("a step-size error beyond the Monte Carlo error and its own noise", [.stepSizeError], doubt: true) {
      $0.set(stepSizeError: 0.0301, standardError: 0.005, monteCarloError: 0.02)
    },
    Case("one that its own noise may account for", []) {
      $0.set(stepSizeError: -0.0299, standardError: 0.005, monteCarloError: 0.02)
    },
    Case("one of the mean of a coordinate", [.stepSizeError], doubt: true) {
      $0.set(stepSizeError: 0, standardError: 0.005, monteCarloError: 0.02, mean: -0.5)
    },
    Case("a coarser run that failed", [.unknownStepSizeError], doubt: true) {
      $0.coarserRunHasFailed = true
    },
    Case("a standard error of 0.51", [.largeStandardError], doubt: true) {
      $0.logNormalizer = Estimate(
        value: -1, standardError: 0.51, standardErrorMethod: .leeWhiteley, degreesOfFreedom: nil)
    },
    Case("a standard error of 0.49", []) {
      $0.logNormalizer = Estimate(
        value: -1, standardError: 0.49, standardErrorMethod: .leeWhiteley, degreesOfFreedom: nil)
    },
    Case("log Z moving by 0.51 at the end", [.lateLogNormalizer]) {
      $0.set(logNormalizerRatio: $0.trace[95].logNormalizerRatio! - 0.51, ofStep: 100)
    },
    Case("log Z moving by 0.49 at the end", []) {
      $0.set(logNormalizerRatio: $0.trace[95].logNormalizerRatio! + 0.49, ofStep: 100)
    },
  ]

  @Test("rules speak beyond their thresholds alone", arguments: cases)
  func thresholds(_ example: Case) throws {
    var evidence = try Self.healthy(particles: example.particles, islands: example.islands)
    example.change(&evidence)
    #expect(evidence.warnings.map(\.code) == example.expected)
    #expect(Trust(evidence.warnings) == (example.isDoubt ? .doubtful : .ok))
  }

  @Test("a sentence says what was found and what to try, with the figures")
  func words() throws {
    var evidence = try Self.healthy()
    evidence.effectiveSampleSize = 31.4
    evidence.effectiveAncestors = 12.34
    evidence.uniqueAncestors = 57
    #expect(
      evidence.warnings.map(\.sentence) == [
        "The particles descend from only 57 of 2000 at the start, and by their weights from about 12, so that what was "
          + "decided at high noise rests on few draws: its standard error may be too small. Try `control: .linear`, "
          + "`noiseScale` 2 with 4 times the steps, or more particles.",
        "The final effective sample size is 31.4 of 2000 particles (1.6 %). Averages are as uncertain as with so few "
          + "samples; try more `sampler.steps` or `control: .linear`, or a later end of `resampling.window`.",
      ])
  }

  // Seen to catch: the bound on effective ancestors at ½.
  @Test("a standard error is missing where its estimator cannot hold, with the reason")
  func missingStandardError() {
    func estimate(effectiveAncestors: Double, variance: Double?) -> Estimate {
      NormalizerEstimate.merge(
        [
          .init(
            logNormalizer: 0, resamplings: 3, relativeVariance: variance,
            effectiveAncestors: effectiveAncestors)
        ], resampler: KillingResampler(), threshold: 0.5)
    }
    #expect(estimate(effectiveAncestors: 10.1, variance: 0.09).standardError == 0.3)
    #expect(estimate(effectiveAncestors: 10.1, variance: nil).missingStandardError == .noSpread)
    let few = estimate(effectiveAncestors: 1, variance: 0.9)
    #expect(few.standardError == nil && few.standardErrorMethod == nil)
    #expect(
      few.missingStandardError?.reason
        == "all weight descends from about 1 particles of the start, and fewer than 10.0 tell nothing of their own spread"
    )
  }
}

extension RunEvidence {
  fileprivate mutating func set(effectiveSampleSize: Double, ofStep step: Int, resampled: Int? = nil) {
    trace[step].effectiveSampleSize = effectiveSampleSize
    if let resampled { trace[step].resampledIslands = resampled }
  }

  fileprivate mutating func set(scoreResidual: Float, error: Float, ofStep step: Int) {
    hasExactModels = false
    (trace[step].scoreResidual, trace[step].scoreResidualError) = (scoreResidual, error)
    // √(v/(E|y|²/D + v/A)) is 0.1 there.
    meanSquare = 99 * trace[step].noiseLevel
    exponentSum = 1
  }

  fileprivate mutating func set(logNormalizerRatio: Double, ofStep step: Int) {
    trace[step].logNormalizerRatio = logNormalizerRatio
  }

  fileprivate mutating func set(
    stepSizeError: Double, standardError: Double, monteCarloError: Double, mean: Double = 0
  ) {
    self.stepSizeError = StepSizeError(
      logNormalizer: .init(
        value: stepSizeError, standardError: standardError, monteCarloError: monteCarloError),
      mean: [.init(value: mean, standardError: 0.1, monteCarloError: 0.1)], order: 2, steps: 50,
      particles: 100)
  }
}
