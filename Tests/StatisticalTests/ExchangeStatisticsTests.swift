import CGSL
import FeynmanKac
import Foundation
import Testing

/// Whole islands that are resampled by their `Ẑ`.
@Suite("islands that are exchanged")
struct ExchangeStatisticsTests {
  private static let exact = StatisticalTargets.product(
    Array(repeating: StatisticalTargets.bimodal, count: 2), level: 0.01
  ).logNormalizer

  private func sampler(_ control: Sampler.Control) -> Sampler {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.1, sigmaMax: 10),
      target: .annealed(StatisticalTargets.bimodal, inverseTemperature: 2), steps: 32)
    sampler.target.path = .constant
    sampler.correction = .densityRatio
    sampler.control = control
    sampler.noiseScale = .scheduled(1.5)
    sampler.islandExchange = .init(threshold: 0.9)
    return sampler
  }

  // z of the mean of so many independent runs; |z| ≤ 4 fails by chance with probability 6e-5 a case, 2e-4 for all.
  // An island of 8 or 16 particles has a relative variance of Ẑ of order 1, so that islands are exchanged several times a run.
  @Test("E[Ẑ/Z] = 1", arguments: [(Sampler.Control.none, 8), (.none, 16), (.radial, 16)])
  func meanOfNormalizer(_ control: Sampler.Control, _ each: Int) throws {
    let sampler = sampler(control)
    let runs = try sampler.runs(0..<1200, particles: 16 * each, islands: 16)
    let exchanges = runs.reduce(0) { $0 + $1.islandExchanges! }
    #expect(exchanges > 2 * runs.count, "\(exchanges)")
    let ratios = runs.map { exp($0.logNormalizer!.value - Self.exact) }
    #expect(ratios.max()! < 0.05 * ratios.reduce(0, +))
    let mean = Repeated(ratios)
    #expect(abs(mean.mean - 1) <= 4 * mean.standardError, "\(mean.mean) ± \(mean.standardError)")
    #expect(mean.standardError < 0.03)
  }

  // Of 200 intervals that cover with probability 0.95 fewer than 180 or more than 198 do with probability 2e-3.
  @Test(
    "the 95 % interval covers the exact log Z in 90 to 99 % of 200 runs, and means have errors as large as their spread"
  )
  func coverage() throws {
    let sampler = sampler(.none)
    let runs = try sampler.runs(0..<200, particles: 64 * 64, islands: 64)
    let covered = runs.count { run in
      let estimate = run.logNormalizer!
      guard let error = estimate.standardError else { return false }
      return abs(estimate.value - Self.exact) <= fk_student_t_quantile(
        0.975, Double(estimate.degreesOfFreedom!)) * error
    }
    #expect((180...198).contains(covered), "\(covered) of 200")
    let means = Repeated(runs.map { $0.weightedMean[0] })
    let stated = Repeated(runs.map { $0.meanStandardErrors![0] }).rootMeanSquare
    // The spread of 200 is known to 5 %.
    #expect(abs(stated / means.standardDeviation - 1) < 0.25, "\(stated) for \(means.standardDeviation)")
  }
}
