import FeynmanKac
import Foundation
import Testing

@Suite("log densities of given rows")
struct LogDensityTests {
  private static let mixture = try! GaussianMixture(
    means: [[-2, 0, 1], [1.5, 0.5, -1]], weights: [0.3, 0.7], standardDeviation: 0.6)
  private static let rows = (0..<3 * 300).map { 1.5 * sin(Double(7 * $0 + 1)) }
  private static let methods: [LogDensityOptions.Method] = [
    .probabilityFlow(probes: 2), .forwardPaths(count: 2),
  ]

  private func find(
    _ model: some ScoreModel, _ method: LogDensityOptions.Method, rows: [Double] = Self.rows, threads: Int = 2
  ) throws -> LogDensities {
    try model.logDensity(
      of: rows, process: VariancePreserving(),
      options: LogDensityOptions(method: method, steps: 20), seed: 9, threads: threads)
  }

  @Test("do not depend on threads, on batches or on the rows behind them", arguments: Self.methods)
  func reproducible(_ method: LogDensityOptions.Method) throws {
    let all = try find(ScoreOnly(model: Self.mixture), method, threads: 1)
    #expect(try find(ScoreOnly(model: Self.mixture), method, threads: 4).values == all.values)
    let few = try find(ScoreOnly(model: Self.mixture), method, rows: Array(Self.rows.prefix(3 * 50)))
    #expect(few.values == Array(all.values.prefix(50)) && few.errors == Array(all.errors.prefix(50)))
    for batching in [Batching.rows(7), .all(callsAtOnce: 2), .rows(1)] {
      let batched = try find(BatchedMixture(mixture: Self.mixture, batching: batching), method)
      #expect(batched.values == all.values && batched.modelEvaluations == all.modelEvaluations)
    }
  }

  @Test("count what the model was asked for")
  func evaluations() throws {
    let flow = try find(ScoreOnly(model: Self.mixture), .probabilityFlow(probes: 2))
    // 21 levels, 11 of them with the flow of half as many steps, and a row and two probes each; and draws at the end.
    #expect(flow.modelEvaluations == 300 * 3 * (21 + 11) + 256)
    let paths = try find(ScoreOnly(model: Self.mixture), .forwardPaths(count: 2))
    #expect(paths.modelEvaluations == 300 * (1 + 2 * 20) + 256)
    #expect(try find(Self.mixture, .automatic).modelEvaluations == 300)
  }

  @Test("refuse what cannot work, and name the row whose score is not finite")
  func refusals() throws {
    func problem(_ body: () throws -> LogDensities) -> String {
      do { _ = try body() } catch { return "\(error)" }
      return ""
    }
    let model = ScoreOnly(model: Self.mixture)
    #expect(problem { try find(model, .automatic, rows: [1, 2]) }.contains("2 numbers; give rows of 3"))
    #expect(problem { try find(model, .automatic, rows: [1, .nan, 2]) }.contains("row 0 is not finite"))
    #expect(problem { try find(model, .forwardPaths(count: 1)) }.contains("1 a row; give 2 to 10000"))
    #expect(
      problem {
        try model.logDensity(
          of: Self.rows, process: VariancePreserving(), options: LogDensityOptions(steps: 7))
      }.contains("7; give an even number from 2 to 1000000"))
    #expect(
      problem {
        try model.logDensity(
          of: Self.rows, process: VariancePreserving(), options: LogDensityOptions(noiseLevels: 1e-9...1e12))
      }.contains("the model covers noise levels"))
    #expect(
      problem { try find(Hole(mixture: Self.mixture), .probabilityFlow(probes: 2)) }
        == "the model returned a value that is not finite at step 0 (t = \(Self.firstTime)) for particle 299"
        + "; try more steps, a later `startTime` or a larger `minimumNoiseLevel`")
  }

  private static var firstTime: Double { VariancePreserving().point(atNoiseLevel: 1e-5).time }

  /// A mixture without its density that wants batches of its own.
  private struct BatchedMixture: ScoreModel {
    let mixture: GaussianMixture
    let batching: Batching
    var dimensions: Int { mixture.dimensions }
    func workspaceSize(rows: Int) -> Int { mixture.workspaceSize(rows: rows) }
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) { mixture.evaluate(batch, at: point) }
  }

  /// A mixture that does not know the last of the rows.
  private struct Hole: ScoreModel {
    let mixture: GaussianMixture
    var dimensions: Int { mixture.dimensions }
    func workspaceSize(rows: Int) -> Int { mixture.workspaceSize(rows: rows) }
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
      mixture.evaluate(batch, at: point)
      let last = LogDensityTests.rows.suffix(3).map { Float($0) }
      for row in 0..<batch.count
      where (0..<3).allSatisfy({ abs(batch.states[3 * row + $0] - last[$0]) < 1e-4 }) {
        batch.scores[3 * row] = .nan
      }
    }
  }
}
