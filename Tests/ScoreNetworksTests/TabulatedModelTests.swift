import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

/// Networks that know the time of their own training alone, as those of diffusers and of much flow matching do.
///
/// Seen to catch: `t` from the data for a network that counts it from the noise; its velocity with the sign of the other time.
@Suite("Networks under the tables and times of their training")
struct TabulatedModelTests {
  private static let mean = 0.7
  private static let spread = 1.3

  /// Exact for N(mean, spread²), by the time alone.
  private final class TimedNetwork: Network {
    let dimensions = 1
    let conditioning = Conditioning.unconditional
    private let answer: @Sendable (_ x: Double, _ time: Double) -> Double

    init(_ answer: @escaping @Sendable (_ x: Double, _ time: Double) -> Double) { self.answer = answer }

    func workspaceSize(rows: Int, conditions: Int) -> Int { 0 }

    func evaluate(_ batch: NetworkBatch, at point: NoisePoint) {
      for row in 0..<batch.count { batch.outputs[row] = Float(answer(Double(batch.states[row]), point.time)) }
    }
  }

  private func expectScores(
    of network: TimedNetwork, _ prediction: Prediction, at points: [NoisePoint], bound: Double
  ) throws {
    let model = try PretrainedModel(network, prediction: prediction)
    for point in points {
      let variance = point.signal * point.signal * Self.spread * Self.spread + point.noise * point.noise
      let states = (-4...4).map { Float(point.signal * Self.mean + 0.6 * Double($0) * variance.squareRoot()) }
      var scores = [Float](repeating: .nan, count: states.count)
      try scores.withUnsafeMutableBufferPointer { scores in
        try model.evaluate(
          ScoreBatch(count: states.count, dimensions: 1, states: states, scores: scores.baseAddress!),
          at: point)
      }
      for (state, score) in zip(states, scores) {
        let exact = -(Double(state) - point.signal * Self.mean) / variance
        // Answers in Float, whose rounding is enlarged by 1/σ.
        #expect(abs(Double(score) - exact) < bound / min(point.noise, 1), "t = \(point.time)")
      }
    }
  }

  @Test("an ε-network by whole timesteps is exact at every level of its schedule")
  func timesteps() throws {
    let process = try TabulatedProcess(.scaledLinear(betaStart: 0.00085, betaEnd: 0.012))
    let (signals, noises) = (process.signals, process.noises)
    let network = TimedNetwork { x, time in
      let timestep = Int(clamping: (time * 999).rounded())
      let (signal, noise) = (signals[timestep], noises[timestep])
      return noise * (x - signal * Self.mean)
        / (signal * signal * Self.spread * Self.spread + noise * noise)
    }
    let levels = signals.indices.map { pow(noises[$0] / signals[$0], 2) }
    try expectScores(
      of: network, .epsilon, at: levels.map { process.point(atNoiseLevel: $0) }, bound: 1e-6)
  }

  // x = s x₁ + (1 − s) x₀ with the data x₁ at s = 1, as Lipman et al. 2023 have it; the network answers E[x₁ − x₀ | x].
  @Test("a velocity from the noise to the data is exact under flow matching and under its table")
  func velocity() throws {
    let network = TimedNetwork { x, s in
      let variance = s * s * Self.spread * Self.spread + (1 - s) * (1 - s)
      let gap = (x - s * Self.mean) / variance
      return Self.mean + s * Self.spread * Self.spread * gap - (1 - s) * gap
    }
    let flow = FlowMatching(timeZero: .noise)
    let table = try TabulatedProcess(
      signal: (0...1000).map { Double($0) / 1000 }, noise: (0...1000).map { 1 - Double($0) / 1000 },
      timeZero: .noise)
    let times = [0.02, 0.1, 0.35, 0.5, 0.8, 0.98]
    try expectScores(of: network, .velocity, at: times.map(flow.point(at:)), bound: 2e-6)
    try expectScores(of: network, .velocity, at: times.map(table.point(at:)), bound: 5e-6)
  }
}
