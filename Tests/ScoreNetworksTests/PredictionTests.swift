import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

@Suite("Predictions")
struct PredictionTests {
  private static let predictions: [Prediction] = [
    .score, .epsilon, .dataPoint, .v, .velocity, .edm(dataStandardDeviation: 0.7),
  ]
  private static let processes: [any NoiseProcess] = [
    VarianceExploding(sigmaMin: 0.002, sigmaMax: 80), VariancePreserving(), VariancePreserving(.cosine()),
    SubVariancePreserving(), Karras(), FlowMatching(), FlowMatching(timeZero: .noise),
    try! TabulatedProcess(.squaredCosine, zeroTerminalSNR: true),
  ]

  // The only error is that of answers in Float, which conversions from x₀ and v enlarge near the data.
  @Test("of every kind become the Gaussian's score under every process", arguments: predictions)
  func scores(prediction: Prediction) throws {
    let mean = [0.5, -1.5, 3]
    let spread = 0.8
    let model = try PretrainedModel(
      GaussianNetwork(prediction, mean: mean, spread: spread), prediction: prediction)
    for process in Self.processes {
      for time in [0.05, 0.2, 0.5, 0.8, 0.97] {
        let point = process.point(at: time)
        let variance = point.signal * point.signal * spread * spread + point.noise * point.noise
        let states = (0..<30).map {
          Float(point.signal * mean[$0 % 3] + variance.squareRoot() * cos(Double($0)))
        }
        var scores = [Float](repeating: .nan, count: 30)
        try scores.withUnsafeMutableBufferPointer { scores in
          try model.evaluate(
            ScoreBatch(count: 10, dimensions: 3, states: states, scores: scores.baseAddress!), at: point)
        }
        // A score is of order 1/√variance; x₀/σ² rounds at 6e-8 of its own size.
        let unit = 1 / variance.squareRoot()
        let rounding = 3e-7 * (unit + 4 / point.noise + (4 * point.signal) / (point.noise * point.noise))
        for i in 0..<30 {
          let exact = -(Double(states[i]) - point.signal * mean[i % 3]) / variance
          #expect(abs(Double(scores[i]) - exact) < rounding, "\(process) at \(time)")
        }
      }
    }
  }

  @Test("the factors are those of the definitions")
  func factors() {
    let point = NoisePoint(time: 0.3, signal: 0.8, noise: 0.6, signalRate: -1.2, noiseRate: 0.9)
    #expect(Prediction.score.coefficients(at: point) == (0, 1))
    #expect(Prediction.epsilon.coefficients(at: point) == (0, -1 / 0.6))
    // By hand: ασ̇ − α̇σ = 0.72 + 0.72.
    let velocity = Prediction.velocity.coefficients(at: point)
    #expect(abs(velocity.state + 1.2 / (0.6 * 1.44)) < 1e-12)
    #expect(abs(velocity.output + 0.8 / (0.6 * 1.44)) < 1e-12)
  }

  struct Experts: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kinds: [(Prediction, any NoiseProcess)]
  }

  private static let experts = [
    Experts(
      testDescription: "a variance-preserving ε-model, an EDM x₀-model and a flow-matching velocity model",
      kinds: [
        (.epsilon, VariancePreserving(.linear(betaMin: 0.1, betaMax: 30))),
        (.edm(dataStandardDeviation: 1.1), Karras(sigmaMin: 0.002, sigmaMax: 400)),
        (.velocity, FlowMatching()),
      ]),
    Experts(
      testDescription:
        "a DDPM's ε-model, its v-model without terminal signal, and a velocity model from the noise by a table",
      kinds: [
        (.epsilon, try! TabulatedProcess(.squaredCosine)),
        (.v, try! TabulatedProcess(.scaledLinear(betaStart: 5e-5, betaEnd: 0.02), zeroTerminalSNR: true)),
        (
          .velocity,
          try! TabulatedProcess(
            signal: (0...400).map { sin(0.5 * .pi * Double($0) / 400) },
            noise: (0...400).map { Double(400 - $0) / 400 }, timeZero: .noise)
        ),
      ]),
  ]

  // Three experts, each trained in its own way under its own process. Chance of a false alarm: 7 figures at 4 standard
  // errors, 4e-4, for either three. Seen to catch: the sign of α̇ together with asking each model at the sampler's time.
  @Test("experts of different predictions and processes compose to the exact product", arguments: experts)
  func product(_ experts: Experts) throws {
    let means = [[0.5, -1, 2], [-0.5, 0.3, 1], [1, 1, 0]]
    let spreads = [0.8, 1.3, 0.6]
    let kinds = experts.kinds
    let terms = try (0..<3).map { index in
      Target.Term(
        try PretrainedModel(
          GaussianNetwork(kinds[index].0, mean: means[index], spread: spreads[index]),
          prediction: kinds[index].0, dataStandardDeviation: spreads[index]),
        name: "expert \(index)", process: kinds[index].1, exponent: .constant(1))
    }
    let process = VarianceExploding(sigmaMin: 0.01, sigmaMax: 300)
    var sampler = Sampler(process: process, target: Target(terms: terms), steps: 400)
    sampler.control = .linear
    // Carried log densities would leave 8e-5 at so many steps, ten of the standard errors.
    sampler.target.path = .constant
    let result = try sampler.run(particles: 8000, islands: 8, seed: 5)

    // The product of N(μᵢ, sᵢ² + v₀): precisions add.
    let precisions = spreads.map { 1 / ($0 * $0 + 1e-4) }
    let total = precisions.reduce(0, +)
    var logNormalizer = 0.0
    for j in 0..<3 {
      let center = (0..<3).reduce(0) { $0 + precisions[$1] * means[$1][j] } / total
      let deviation = 1 / total.squareRoot()
      #expect(abs(result.weightedMean[j] - center) < 4 * deviation / (8000.0).squareRoot())
      let variance = result.weightedVariance[j]
      #expect(abs(variance * total - 1) < 4 * (2 / 8000.0).squareRoot())
      logNormalizer += 0.5 * log(2 * Double.pi / total)
      for i in 0..<3 {
        let gap = means[i][j] - center
        logNormalizer += 0.5 * log(precisions[i] / (2 * Double.pi)) - 0.5 * precisions[i] * gap * gap
      }
    }
    let estimate = try #require(result.logNormalizer)
    let error = try #require(estimate.standardError)
    #expect(abs(estimate.value - logNormalizer) < 4 * error)
  }

  @Test("terms of one network under two conditions are one call, and sample q_u^(1−w) q_c^w")
  func guidance() throws {
    let network = GaussianNetwork(.v, mean: [0, 1], spread: 0.5)
    let unconditional = try PretrainedModel(network, prediction: .v)
    let conditional = try PretrainedModel(network, prediction: .v, condition: .vector([0.4]))
    #expect(unconditional.canStack(with: conditional))
    #expect(!unconditional.canStack(with: try PretrainedModel(network, prediction: .epsilon)))
    let sampler = Sampler(
      process: .variancePreserving(),
      target: .guided(unconditional: unconditional, conditional: conditional, scale: .constant(3)), steps: 200
    )
    let result = try sampler.run(particles: 8000, seed: 2)
    // Equal spreads: the mean is (1 − w) μ_u + w μ_c. The effective sample size says how many particles count.
    let bound = 4 * 0.5 / result.effectiveSampleSize.squareRoot() + 0.002
    #expect(abs(result.weightedMean[0] - 1.2) < bound)
    #expect(abs(result.weightedMean[1] - 2.2) < bound)
  }

  @Test("conditions that a network does not take are refused")
  func conditions() {
    let network = GaussianNetwork(.score, mean: [0], spread: 1)
    #expect(throws: SetupError("condition", "give 1 finite numbers, or leave it out for none")) {
      try PretrainedModel(network, prediction: .score, condition: .label(2))
    }
    #expect(throws: SetupError.self) {
      try PretrainedModel(network, prediction: .score, condition: .vector([1, 2]))
    }
    #expect(throws: SetupError.self) {
      try PretrainedModel(network, prediction: .score, condition: .vector([.nan]))
    }
  }
}
