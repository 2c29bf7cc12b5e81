import FeynmanKac
import Foundation
import Testing

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
  // Seen to catch: slopes taken at their word (0.0099 off, and no warning).
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
