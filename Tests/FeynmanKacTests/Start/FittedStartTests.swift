import FeynmanKac
import Foundation
import Testing

/// Scores alone, of a Gaussian whose coordinates differ, times a factor that no Gaussian has below 0.
private struct GaussianScores: ScoreModel {
  let mean: [Double]
  let variance: [Double]
  var factor = 1.0
  var batching = Batching.blocks
  var dataStandardDeviation: Double? = nil
  var dimensions: Int { mean.count }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    for row in 0..<batch.count {
      for j in mean.indices {
        let own = point.signal * point.signal * variance[j] + point.noise * point.noise
        let index = row * mean.count + j
        batch.scores[index] = Float(factor * (point.signal * mean[j] - Double(batch.states[index])) / own)
      }
    }
  }

  /// `log ∫ Π qᵢ^aᵢ` of noised Gaussians, in `y` coordinates.
  static func logNormalizer(_ terms: [(model: GaussianScores, exponent: Double)], level: Double) -> Double {
    (0..<terms[0].model.mean.count).reduce(0) { total, j in
      var (precision, weighted, constant) = (0.0, 0.0, 0.0)
      for (model, a) in terms {
        let s = model.variance[j] + level
        precision += a / s
        weighted += a * model.mean[j] / s
        constant -= 0.5 * a * (log(2 * .pi * s) + model.mean[j] * model.mean[j] / s)
      }
      return total + constant + 0.5 * (weighted * weighted / precision + log(2 * .pi / precision))
    }
  }
}

/// `N(0, s²)` on the `3(n−1)` directions that keep the centre of mass, by scores that have a part along it besides.
private struct ClusterScores: ScoreModel {
  let count = 4
  let variance = 1.69
  var dimensions: Int { 3 * count }
  var atoms: Int? { count }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    let own = Float(point.signal * point.signal * variance + point.noise * point.noise)
    for i in 0..<batch.count * dimensions { batch.scores[i] = 0.3 - batch.states[i] / own }
  }
}

@Suite("a start that is fitted to scores")
struct FittedStartTests {
  private static let first = GaussianScores(mean: [1.5, -0.4, 0], variance: [0.3, 4, 1])
  private static let second = GaussianScores(mean: [-0.7, 2, 0.3], variance: [2, 0.5, 1.2])

  /// Stops at the start and keeps it.
  private final class Beginning: RunObserver {
    var samples: [Float] = []
    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
      samples = snapshot().samples
      return false
    }
  }

  private func sampler(_ target: Target, sigmaMax: Double = 3, steps: Int = 6) -> Sampler {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: sigmaMax), target: target, steps: steps)
    // Blocks of an only island are smaller under the default control, and nothing beside the run is counted here.
    sampler.control = .radial
    sampler.stepSizeError = .none
    sampler.target.path = .constant
    return sampler
  }

  private func target(_ exponents: [Double]) -> Target {
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

// MARK: - What is refused, and what is doubted

extension FittedStartTests {
  private func refusal(_ target: Target, _ path: ExponentPath = .constant) -> String? {
    do {
      var sampler = sampler(target)
      sampler.target.path = path
      _ = try sampler.run(particles: 100, seed: 1)
      return nil
    } catch { return "\(error)" }
  }

  // Seen to catch: exponents of a late path looked at where they begin alone.
  @Test(
    "refuses a composition whose Gaussians have no finite integral together",
    arguments: [ExponentPath.constant, .late()])
  func improper(_ path: ExponentPath) {
    let wide = GaussianScores(mean: [0, 0], variance: [1, 3])
    let narrow = GaussianScores(mean: [0, 0], variance: [1, 1])
    #expect(
      refusal(.guided(unconditional: narrow, conditional: wide, scale: 7), path)
        == "target: the composition has no finite integral: at the start of the path, noise level 9, its precision along coordinate 1 is "
        + "-0.0167 by the models' scores ('unconditional' with variance 10 to the power -6, 'conditional' with variance 12 to the power 7); "
        + "negative exponents must not outweigh the others there, so lower them (or the guidance scale), or use models with wider "
        + "tails in their place")
  }

  @Test("refuses scores that point away from everywhere, and names the model")
  func positiveSlope() {
    var model = GaussianScores(mean: [0, 0], variance: [1, 3])
    model.factor = -1
    let sentence = refusal(Target(terms: [.init(model, name: "net", exponent: .constant(1))])) ?? ""
    #expect(
      sentence.hasPrefix(
        "sampler.start: no Gaussian has the scores of model 'net' at the start of the path: along coordinate 0 they do not point back "
          + "to its middle (slope 0.1"))
    #expect(
      sentence.hasSuffix(
        "check what the model predicts and its process, start at more noise (`sampler.maximumNoiseLevel`, `sigmaMax`, `startTime`), or "
          + "use `.gaussian`"))
  }

  @Test("names the model whose scores are not finite there")
  func notFinite() {
    let model = FaultyModel(fault: .notANumber, below: 2)
    let sentence = refusal(Target(terms: [.init(model, name: "net", exponent: .constant(1.2))])) ?? ""
    #expect(
      sentence.hasPrefix(
        "model 'net' returned a value that is not finite at step 0 (t = 1.0) for particle 3; try "))
    let failing = FaultyModel(fault: .throwing, below: 2)
    #expect(
      refusal(Target(terms: [.init(failing, name: "net", exponent: .constant(1.2))]))
        == "model 'net' failed at step 0 (t = 1.0): the worker died")
  }

  // From the noise alone the modes are inside of the first guess and scores point outwards, from further away back.
  // Seen to catch: a guess that is not widened, and refused.
  @Test("of modes far apart beside the noise is found from further away, and doubted")
  func farModes() throws {
    let modes = try GaussianMixture(means: [[-14, 0], [14, 0]], weights: [0.3, 0.7], standardDeviation: 1)
    let result = try sampler(.annealed(ScoreOnly(model: modes), inverseTemperature: 1.5)).run(
      particles: 300, seed: 2)
    #expect(result.trust == .doubtful)
    let warning = try #require(result.warnings.first { $0.code == .wrongStart })
    #expect(
      warning.sentence.hasPrefix(
        "The scores of 'model' at the start of the path are no Gaussian's (no straight line explains "))
    #expect(
      warning.sentence.contains(
        " of those along coordinate 0): the noise there is too small for a Gaussian start"))
  }

  // Scores 2 % too steep have S = 9.09/1.02 where the noise has 9; log Z by them is off by −½ · 2 · log(8.91/9) = 0.0098 for A = 2.
  // Seen to catch: slopes taken at their word.
  @Test("takes no less variance than the noise's, and doubts scores that are steeper")
  func steepScores() throws {
    func result(_ factor: Double) throws -> RunResult {
      var model = GaussianScores(mean: [0, 0], variance: [0.09, 0.09])
      model.factor = factor
      return try sampler(
        Target(terms: [.init(model, name: "net", exponent: .constant(2))]), steps: 100
      ).run(particles: 200, seed: 1)
    }
    let steep = try result(1.02)
    let exact = 2 * (-0.5 * log(2 * .pi * 9) - 0.5 * log(2))
    #expect(abs(steep.logNormalizerInitial! - exact) < 1e-5)
    let warning = try #require(
      steep.warnings.first {
        $0.sentence.hasPrefix("The scores of 'net' at the start of the path are steeper")
      })
    #expect(warning.code == .inconsistentScores && warning.isDoubt)
    #expect(warning.sentence.contains("(a variance of 0.99 times the noise's along coordinate "))
    #expect(warning.sentence.contains("by the scores log Z would be 0.0099 off that"))
    #expect(!(try result(1).warnings.contains { $0.sentence.contains("steeper") }))
  }

  @Test("holds a stated spread of the data against the scores")
  func statedSpread() throws {
    func warning(_ stated: Double, sigmaMax: Double = 3) throws -> RunWarning? {
      var model = GaussianScores(mean: [0, 0], variance: [1.44, 1.44])
      model.dataStandardDeviation = stated
      let sampler = sampler(
        Target(terms: [.init(model, name: "net", exponent: .constant(1.5))]), sigmaMax: sigmaMax, steps: 100)
      return try sampler.run(particles: 200, seed: 1).warnings.first { $0.code == .wrongSpread }
    }
    #expect(
      try warning(4)?.sentence
        == "'net' states `dataStandardDeviation: 4`, and its scores at the start of the path have 0.418 times the variance that this "
        + "makes there. The start is the scores' own; what else uses the statement is not. Correct it, or leave it out."
    )
    #expect(try warning(1.2) == nil)
    // Beside so much noise nobody sees it.
    #expect(try warning(4, sigmaMax: 50) == nil)
  }
}
