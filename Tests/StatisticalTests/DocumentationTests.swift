import FeynmanKac
import Foundation
import Testing

/// The documentation's own examples, beside their exact answers.
@Suite("Documentation") struct DocumentationTests {
  /// As in OwnModel.
  private struct StandardNormal: ScoreModel {
    let dimensions: Int

    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
      let variance = Float(point.signal * point.signal + point.noise * point.noise)
      for i in 0..<batch.count * dimensions { batch.scores[i] = -batch.states[i] / variance }
    }
  }

  // Seen to catch: 50 steps, 26 standard errors off.
  @Test("OwnModel: log Z of N(0, 1)⁴ in three dimensions is inside its error bar, and as it is printed there")
  func ownModel() throws {
    let sampler = Sampler(
      process: .variancePreserving(), target: .annealed(StandardNormal(dimensions: 3), inverseTemperature: 4),
      steps: 400)
    let result = try sampler.run(particles: 4_000, seed: 1)
    let found = try #require(result.logNormalizer)
    let error = try #require(found.standardError)
    let exact = -1.5 * log(4 * pow(2 * Double.pi, 3))
    #expect(abs(found.value - exact) < 2 * error, "\(found)")
    #expect(abs(found.value + 10.34989) < 5e-6 && abs(error - 3e-6) < 1e-6, "\(found)")
    // Of a variance of ¼ by 4,000 particles: 2.2 %, and twice that with what resampling does.
    for variance in result.weightedVariance { #expect(abs(4 * variance - 1) < 0.1) }
  }

  /// `log ∫ q²` of a mixture of one spread, by pairs of components.
  private func squared(_ means: [[Double]], _ weights: [Double], variance: Double) -> Double {
    var sum = 0.0
    for (i, a) in means.enumerated() {
      for (j, b) in means.enumerated() {
        let distance = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        sum +=
          weights[i] * weights[j] * exp(-distance / (4 * variance))
          / pow(4 * .pi * variance, 0.5 * Double(a.count))
      }
    }
    return log(sum)
  }

  @Test("README: colder.yaml's mixture and the library's example at β = 2 are inside their error bars")
  func readme() throws {
    let experiments = (0..<3).reduce(URL(filePath: #filePath)) { folder, _ in
      folder.deletingLastPathComponent()
    }
    .appending(path: "Experiments")
    let mixtures = [
      try GaussianMixture(means: [[-3, 0], [2, 1]], weights: [0.3, 0.7], standardDeviation: 0.8),
      try GaussianMixture(file: experiments.appending(path: "gmm40/gmm40.json").path),
    ]
    for mixture in mixtures {
      let sampler = Sampler(
        process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50),
        target: .annealed(mixture, inverseTemperature: 2), steps: 200)
      let found = try #require(try sampler.run(particles: 10_000, seed: 7).logNormalizer)
      let spread = mixture.standardDeviations[0][0]
      let exact = squared(mixture.means, mixture.weights, variance: spread * spread + 1e-4)
      #expect(abs(found.value - exact) < 2 * (try #require(found.standardError)), "\(found), exact \(exact)")
    }
  }
}
