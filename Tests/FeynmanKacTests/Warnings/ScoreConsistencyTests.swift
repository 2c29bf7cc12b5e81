import FeynmanKac
import Foundation
import Testing

@Suite("Stein's identity on the way")
struct ScoreConsistencyTests {
  /// A mixture's scores times a factor below some noise level: no density's.
  private struct Distorted: ScoreModel {
    let mixture: GaussianMixture
    let factor: Float
    var dimensions: Int { mixture.dimensions }
    func workspaceSize(rows: Int) -> Int { mixture.workspaceSize(rows: rows) }
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
      mixture.evaluate(batch, at: point)
      guard point.level < 1 else { return }
      for i in 0..<batch.count * dimensions { batch.scores[i] *= factor }
    }
  }

  private static let mixture = try! GaussianMixture(
    means: [[-1, 0, 0.5, 1], [1, 0.5, -1, 0]], weights: [0.3, 0.7], standardDeviation: 0.8)

  private func run(
    _ model: some ScoreModel, inverseTemperature: Double = 1.5, islands: Int = 1, seed: UInt64 = 3,
    _ change: (inout Sampler) -> Void = { _ in }
  ) throws -> RunResult {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50),
      target: .annealed(model, inverseTemperature: .constant(inverseTemperature)), steps: 100)
    change(&sampler)
    return try sampler.run(particles: 2000, islands: islands, seed: seed)
  }

  // 404 levels pass 5 errors by chance with probability 2e-4, most of them together.
  @Test("the residual of exact scores is 0 within its errors, whatever the control and the islands")
  func exact() throws {
    for (islands, control) in [(1, Sampler.Control.radial), (1, .none), (8, .radial), (1, .linear)] {
      let result = try run(Self.mixture, islands: islands) { $0.control = control }
      for row in result.trace {
        let residual = try #require(row.scoreResidual)
        let error = try #require(row.scoreResidualError)
        #expect(abs(residual) < 5 * error, "\(islands) islands, \(control), level \(row.noiseLevel)")
        #expect(error > 0.002 && error < 0.3)
      }
      let found = try #require(result.scoreConsistency)
      #expect(abs(found.mean) < 5 * found.meanError && abs(found.largest) < 5 * found.largestError)
    }
  }

  // Over seeds the residual has to scatter as its error says: the deviation of 40 standard normals is 1 ± 0.11. Ancestors are fewer
  // than independent particles, so that the error may be up to twice as large.
  @Test("its error is that of repeated runs, or larger", arguments: [1, 8])
  func calibrated(islands: Int) throws {
    for step in [30, 60, 100] {
      let ratios = try (0..<40).map { seed in
        let row = try run(Self.mixture, islands: islands, seed: UInt64(seed)) { $0.steps = 100 }.trace[step]
        return Double(row.scoreResidual! / row.scoreResidualError!)
      }
      let spread = (ratios.reduce(0) { $0 + $1 * $1 } / Double(ratios.count)).squareRoot()
      #expect(spread > 0.45 && spread < (islands == 8 ? 1.6 : 1.35), "step \(step): \(spread)")
    }
  }

  @Test("scores that are too strong or too weak make a run doubtful, exact ones do not")
  func distorted() throws {
    for factor: Float in [0.8, 1.25] {
      for inverseTemperature in [1.0, 1.5] {
        let result = try run(
          Distorted(mixture: Self.mixture, factor: factor), inverseTemperature: inverseTemperature)
        let warning = result.warnings.first { $0.code == .inconsistentScores }
        #expect(warning?.isDoubt == true, "\(factor), \(inverseTemperature)")
        #expect(
          warning?.sentence.contains(
            factor < 1 ? "pull the particles too little" : "pull the particles too much")
            == true, "\(warning?.sentence ?? "")")
      }
    }
    let exact = try run(Distorted(mixture: Self.mixture, factor: 1))
    #expect(!exact.warnings.contains { $0.code == .inconsistentScores })
  }

  @Test("there is none where weights are no sum of rates")
  func missing() throws {
    for correction in [Sampler.Correction.none, .kernelRatio] {
      let result = try run(Self.mixture) {
        $0.correction = correction
        $0.control = .none
      }
      #expect(result.scoreConsistency == nil && result.trace.allSatisfy { $0.scoreResidual == nil })
    }
  }
}
