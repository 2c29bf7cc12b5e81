import FeynmanKac
import Foundation
import Testing

@Suite("denoising")
struct DenoisingTests {
  // N(m, s²) is met at v₀ = 0.25; ½(ȳ − y) = −½ v (y − m)/(s² + v) shrinks the spread by 1 − ½ v/(s² + v) exactly, the
  // same numbers in both runs, so that only rounding differs. Seen to catch: the whole way.
  @Test("half of the way to the denoised point, in every row")
  func half() throws {
    let model = try GaussianMixture.gaussian(mean: [1, -2], standardDeviations: [0.8, 1.5])
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.5, sigmaMax: 20),
      target: .annealed(model, inverseTemperature: 2), steps: 50)
    let noisy = try sampler.run(particles: 1000, seed: 2)
    sampler.denoising = .half
    let denoised = try sampler.run(particles: 1000, seed: 2)
    #expect(denoised.logWeights == noisy.logWeights)
    for (index, (a, b)) in zip(denoised.samples, noisy.samples).enumerated() {
      let mean = model.means[0][index % 2]
      let variance = pow(model.standardDeviations[0][index % 2], 2) + 0.25
      let expected = mean + (Double(b) - mean) * (1 - 0.5 * 0.25 / variance)
      #expect(abs(Double(a) - expected) < 1e-5)
    }
  }
}
