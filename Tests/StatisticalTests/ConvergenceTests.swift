import FeynmanKac
import Foundation
import Testing

@Suite("order of convergence")
struct ConvergenceTests {
  // One Gaussian to the power 2, where the linear control leaves log Z a standard deviation near 1e-4 at 200,000
  // particles, so that what is left is the bias of the steps.
  private func error(_ scheme: Sampler.Scheme, steps: Int) throws -> Repeated {
    let model = try GaussianMixture.gaussian(mean: [0.7], standardDeviations: [1.1])
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.05, sigmaMax: 20),
      target: .annealed(model, inverseTemperature: 2), steps: steps)
    sampler.scheme = scheme
    sampler.control = scheme == .eulerMaruyama ? .none : .linear
    sampler.noiseScale = .scheduled(1.5)
    let exact = StatisticalTargets.product([model, model], level: 0.05 * 0.05)
    return Repeated(
      try sampler.runs(0..<8, particles: 50_000).map {
        abs($0.weightedVariance[0] / exact.variance[0] - 1) > 1
          ? .nan : $0.logNormalizer!.value - exact.logNormalizer
      })
  }

  @Test("halving the steps of the default scheme quarters its error")
  func secondOrder() throws {
    try expectOrder(2, .exponentialMultistep, steps: 12)
  }

  @Test("halving the steps of Heun's scheme quarters its error")
  func heun() throws {
    try expectOrder(2, .heun, steps: 12)
  }

  @Test("halving the steps of Euler–Maruyama halves its error")
  func firstOrder() throws {
    try expectOrder(1, .eulerMaruyama, steps: 100)
  }

  // The ratio's standard error by the delta method; 4 of them are passed by chance with probability 6e-5, and the
  // order is only reached in the limit, for which 25 % is allowed: 3 to 5 for second order, 1.5 to 2.5 for first.
  // Seen to catch: the trapezoid replaced by its left end (second order falls to first); the history coefficient
  // without its ½.
  private func expectOrder(_ order: Int, _ scheme: Sampler.Scheme, steps: Int) throws {
    let coarse = try error(scheme, steps: steps)
    let fine = try error(scheme, steps: 2 * steps)
    let ratio = coarse.mean / fine.mean
    let relative = hypot(coarse.standardError / coarse.mean, fine.standardError / fine.mean)
    // Else the ratio says nothing.
    #expect(
      relative < 0.1, "errors \(coarse.mean) ± \(coarse.standardError), \(fine.mean) ± \(fine.standardError)")
    let expected = pow(2, Double(order))
    #expect(abs(ratio / expected - 1) <= 0.25 + 4 * relative, "ratio \(ratio)")
  }
}
