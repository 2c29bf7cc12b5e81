import FeynmanKac
import Testing

/// Guided mixtures by scores alone, whose narrow modes are where the particles are and whose wide ones make the tail.
@Suite("Scores far beyond the particles")
struct FarScoreTests {
  private func mixture(_ means: [Double], _ deviations: [Double], dimensions: Int) throws -> GaussianMixture {
    try GaussianMixture(
      means: means.map { mean in (0..<dimensions).map { $0 == 0 ? mean : 0 } }, weights: [0.5, 0.5],
      standardDeviations: deviations.map { Array(repeating: $0, count: dimensions) })
  }

  /// - Parameter widest: The standard deviation of the conditional model's second mode.
  private func sampler(widest: Double, dimensions: Int, _ wrap: (GaussianMixture) -> any ScoreModel) throws
    -> Sampler
  {
    Sampler(
      process: .flowMatching,
      target: .guided(
        unconditional: wrap(try mixture([0.5, -0.7], [1.1, 0.8], dimensions: dimensions)),
        conditional: wrap(try mixture([-3.2, 0.8], [1, widest], dimensions: dimensions)), scale: 2.4))
  }

  private func warning(_ result: RunResult) -> RunWarning? {
    result.warnings.first { $0.code == .improperTails }
  }

  // With guidance 2.4 the tail's precision is 2.4/1.45² − 1.4/1.1² = −0.016. No particle comes there. Seen to fail without the rule, with a wide mode of 1.6 and other means.
  @Test(
    "a tail without a finite integral is found where no particle was", arguments: [1, 2], [1 as UInt64, 2, 3])
  func improper(dimensions: Int, seed: UInt64) throws {
    let sampler = try sampler(widest: 1.45, dimensions: dimensions) { ScoreOnly(model: $0) }
    let result = try sampler.run(particles: 2000, seed: seed)
    let warning = warning(result)
    let found = try #require(warning)
    #expect(found.isDoubt && found.sentence.contains("push outward"))
    #expect(result.trust == .doubtful)
  }

  // 2.4/1.35² − 1.4/1.1² = 0.16.
  @Test("one with a finite integral is not doubted for its tail", arguments: [1, 2, 16])
  func proper(dimensions: Int) throws {
    let sampler = try sampler(widest: 1.35, dimensions: dimensions) { ScoreOnly(model: $0) }
    let warning = warning(try sampler.run(particles: 1000, seed: 1))
    #expect(warning == nil)
  }

  @Test("what is asked for that is counted and forecast")
  func counted() throws {
    let count = CountedScores.Count()
    var sampler = try sampler(widest: 1.35, dimensions: 2) { CountedScores(model: $0, count: count) }
    // Of other paths the forecast is an upper bound.
    sampler.target.path = .constant
    let forecast = try sampler.plan(particles: 500).modelEvaluations.reduce(0) { $0 + $1.rows }
    let result = try sampler.run(particles: 500, seed: 1)
    #expect(result.modelEvaluations.reduce(0) { $0 + $1.rows } == count.rows)
    #expect(forecast == count.rows)
  }

  /// Scores of a mixture near the data, and an error elsewhere.
  private struct Bounded: ScoreModel {
    struct TooFar: Error {}
    let model: GaussianMixture
    var dimensions: Int { model.dimensions }
    func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws {
      if (0..<batch.count * batch.dimensions).contains(where: { abs(batch.states[$0]) > 25 }) {
        throw TooFar()
      }
      model.evaluate(batch, at: point)
    }
  }

  @Test("a model that does not answer there ends no run, which says that it does not know")
  func silent() throws {
    let result = try sampler(widest: 1.45, dimensions: 1) { Bounded(model: $0) }.run(particles: 500, seed: 1)
    let warning = warning(result)
    let found = try #require(warning)
    #expect(!found.isDoubt && found.sentence.contains("does not answer"))
  }
}
