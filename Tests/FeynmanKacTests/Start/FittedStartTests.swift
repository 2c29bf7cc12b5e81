import FeynmanKac
import Foundation
import Testing

@Suite("a start that is fitted to scores")
struct FittedStartTests {
  static let first = GaussianScores(mean: [1.5, -0.4, 0], variance: [0.3, 4, 1])
  static let second = GaussianScores(mean: [-0.7, 2, 0.3], variance: [2, 0.5, 1.2])

  /// Stops at the start and keeps it.
  private final class Beginning: RunObserver {
    var samples: [Float] = []
    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
      samples = snapshot().samples
      return false
    }
  }

  func sampler(_ target: Target, sigmaMax: Double = 3, steps: Int = 6) -> Sampler {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: sigmaMax), target: target, steps: steps)
    // Blocks of an only island are smaller under the default control, and nothing beside the run is counted here.
    sampler.control = .radial
    sampler.stepSizeError = .none
    sampler.target.path = .constant
    return sampler
  }

  func target(_ exponents: [Double]) -> Target {
    .product([
      .init(Self.first, name: "a", exponent: .constant(exponents[0])),
      .init(Self.second, name: "b", exponent: .constant(exponents[1])),
    ])
  }

  // The scores of a Gaussian are a straight line, so that nothing is left but rounding of single precision, 6e-8 of each of some ten
  // terms. Seen to catch: the mean left at 0; variances added in place of precisions; log Z without the means' part.
  @Test(
    "of Gaussians is exact: log Z of any composition of them",
    arguments: [[2.0, 0.4], [0.7, 0.6], [3.5, -2.5]])
  func exactNormalizer(_ exponents: [Double]) throws {
    let terms = [(Self.first, exponents[0]), (Self.second, exponents[1])]
    let result = try sampler(target(exponents), steps: 150).run(particles: 100, seed: 3)
    let exact = GaussianScores.logNormalizer(terms, level: 9)
    #expect(abs(result.logNormalizerInitial! - exact) < 3e-5)
    let fit = try #require(result.startFit)
    #expect(fit.residual < 1e-9)
  }

  // x = α y, with α of 0.0066 where the path begins. Rounding of the scores is as above; α's own D log α is exact.
  // Seen to catch: states that the model saw taken for y.
  @Test("is fitted in coordinates without the process's signal")
  func otherProcess() throws {
    var sampler = sampler(target([2, 0.4]))
    sampler.process = .variancePreserving()
    let plan = try sampler.plan(particles: 100)
    let result = try sampler.run(particles: 100, seed: 3)
    let terms = [(Self.first, 2.0), (Self.second, 0.4)]
    let signal = sampler.process.signal(at: 1)
    let exact =
      GaussianScores.logNormalizer(terms, level: plan.noiseLevels[0]) + (1 - 2.4) * 3 * log(signal)
    #expect(abs(result.logNormalizerInitial! - exact) < 3e-5)
  }

  // 4 standard errors: 6e-5 for each of 6 figures.
  // Seen to catch: the deviation of one coordinate for all; the mean of one model.
  @Test("draws particles from the composition's Gaussian")
  func particles() throws {
    let beginning = Beginning()
    let exponents = [3.5, -2.5]
    #expect(throws: RunError.cancelled(step: 0)) {
      try sampler(target(exponents)).run(particles: 20_000, seed: 1, observer: beginning)
    }
    for j in 0..<3 {
      let (s, other) = (Self.first.variance[j] + 9, Self.second.variance[j] + 9)
      let precision = exponents[0] / s + exponents[1] / other
      let mean =
        (exponents[0] * Self.first.mean[j] / s + exponents[1] * Self.second.mean[j] / other) / precision
      let values = stride(from: j, to: beginning.samples.count, by: 3).map { Double(beginning.samples[$0]) }
      let n = Double(values.count)
      let own = values.reduce(0, +) / n
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      #expect(abs(own - mean) < 4 / (n * precision).squareRoot())
      #expect(abs(square * precision - 1) < 4 * (2 / n).squareRoot())
    }
  }

  // Seen to catch: d in place of 3(n−1) directions; the part of the scores that moves the centre of mass left in.
  @Test("of atoms has one variance, in the space without their centre of mass")
  func atoms() throws {
    let result = try sampler(.annealed(ClusterScores(), inverseTemperature: 2)).run(particles: 100, seed: 2)
    let variance = 1.69 + 9
    let exact = 9 * (-log(2 * .pi * variance) + 0.5 * log(.pi * variance))
    #expect(abs(result.logNormalizerInitial! - exact) < 3e-5)
    #expect(result.startFit!.residual < 1e-9)
  }

  // Seen to catch: draws with one stream for each call in place of each block.
  @Test("is the same for any number of threads and any size of calls")
  func sameFigures() throws {
    struct Batched: ScoreModel {
      let model: GaussianMixture
      let batching: Batching
      var dimensions: Int { model.dimensions }
      func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }
      // Row by row, so that its own answers do not depend on the batch.
      func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
        for row in 0..<batch.count {
          model.evaluate(
            ScoreBatch(
              count: 1, dimensions: dimensions, states: batch.states + row * dimensions,
              scores: batch.scores + row * dimensions, workspace: batch.workspace), at: point)
        }
      }
    }
    func run(_ batching: Batching, threads: Int) throws -> RunResult {
      let model = Batched(model: ExampleTargets.mixture, batching: batching)
      return try sampler(.annealed(model, inverseTemperature: 1.5)).run(
        particles: 1700, seed: 9, threads: threads)
    }
    let expected = try run(.blocks, threads: 1)
    #expect(expected.startFit!.residual > 1e-4)
    for (batching, threads) in [
      (Batching.blocks, 5), (.rows(7), 2), (.rows(600), 1), (.rows(1500), 3), (.all(), 2),
    ] {
      let result = try run(batching, threads: threads)
      #expect(result.startFit == expected.startFit)
      #expect(result.logNormalizerInitial == expected.logNormalizerInitial)
      #expect(result.samples == expected.samples)
    }
  }

  // Seen to catch: rows of the fit counted for the pilot and for the run; one round in place of four.
  @Test("is made once, for the run, its coarser companion and a pilot, and counted")
  func counts() throws {
    var sampler = sampler(target([0.7, 0.6]), steps: 8)
    sampler.plainSamples = .none
    // 3 · 400 + 1600 rows of a fit, 9 levels of 800 particles.
    let fit = 3 * 400 + 1600
    let alone = try sampler.run(particles: 800, seed: 4)
    #expect(alone.startFit!.evaluations == fit)
    #expect(alone.modelEvaluations.map(\.rows) == [9 * 800 + fit, 9 * 800 + fit])
    let plan = try sampler.plan(particles: 800)
    #expect(plan.start == .fitted && plan.startFitEvaluations == fit)
    #expect(plan.modelEvaluations.map(\.rows) == alone.modelEvaluations.map(\.rows))

    sampler.stepSizeError = .doubling()
    let paired = try sampler.run(particles: 800, seed: 4)
    #expect(paired.modelEvaluations.map(\.rows) == [14 * 800 + fit, 14 * 800 + fit])
    #expect(paired.samples == alone.samples && paired.logWeights == alone.logWeights)
    #expect(try sampler.plan(particles: 800).modelEvaluations[0].rows == 14 * 800 + fit)

    sampler.stepSizeError = .none
    sampler.steps = .automatic()
    let piloted = try sampler.run(particles: 800, seed: 4)
    let pilot = try #require(piloted.pilot)
    #expect(
      piloted.modelEvaluations[0].rows
        == (pilot.steps + 1) * 800 + pilot.modelEvaluations[0].rows + fit)
    #expect(piloted.startFit == alone.startFit)
    #expect(abs(piloted.logNormalizerInitial! - alone.logNormalizerInitial!) < 1e-12)
    #expect(try sampler.pilot(particles: 800, seed: 4)?.noiseLevels == pilot.noiseLevels)
  }

  @Test("takes no more draws than a few steps of a small run, and no more than some thousands of a large one")
  func draws() throws {
    func rows(_ particles: Int) throws -> Int {
      try sampler(target([0.7, 0.6])).plan(particles: particles).startFitEvaluations
    }
    #expect(try [1, 100, 500, 2_000, 100_000].map(rows) == [448, 448, 1750, 7000, 7168])
  }

  @Test("is the default where some model has no log density, and exact where all have")
  func defaults() throws {
    let analytic = ExampleTargets.mixture
    let network = ScoreOnly(model: ExampleTargets.other)
    func start(_ models: [any ScoreModel], _ asked: Sampler.Start? = nil) throws -> Sampler.Start {
      var sampler = sampler(
        Target(
          terms: models.enumerated().map { .init($1, name: "m\($0)", exponent: .constant(0.8)) }))
      sampler.start = asked
      return try sampler.plan(particles: 10).start
    }
    #expect(try start([analytic]) == .exact)
    #expect(try start([analytic, ExampleTargets.other]) == .exact)
    #expect(try start([analytic, network]) == .fitted)
    #expect(try start([network]) == .fitted)
    #expect(try start([network], .gaussian) == .gaussian)
    #expect(try start([analytic], .fitted) == .fitted)
  }

  // The path integral's own error at 40 steps is the same for both, so that only rounding is left between a fitted start and one of a
  // spread that is stated right. Seen to catch: log densities that begin at the Gaussian of noise alone.
  @Test("is where log densities begin that are carried along")
  func carriedDensities() throws {
    func result(_ start: Sampler.Start, _ stated: Double?) throws -> RunResult {
      var model = GaussianScores(mean: [0, 0], variance: [9, 9])
      model.dataStandardDeviation = stated
      var sampler = sampler(
        Target(terms: [.init(model, name: "a", exponent: Schedule(from: 1, to: 1.6))]), steps: 40)
      sampler.control = .none
      sampler.start = start
      return try sampler.run(particles: 400, seed: 5)
    }
    let fitted = try result(.fitted, nil)
    let stated = try result(.gaussian, 3)
    #expect(abs(fitted.logNormalizer!.value - stated.logNormalizer!.value) < 1e-3)
    let unstated = try result(.gaussian, nil)
    #expect(abs(unstated.logNormalizer!.value - stated.logNormalizer!.value) > 0.1)
  }
}
