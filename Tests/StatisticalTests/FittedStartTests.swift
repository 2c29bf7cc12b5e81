import FeynmanKac
import Foundation
import Testing

/// A score-only mixture of two modes along the first coordinate, at a noise that is not much larger than they are apart.
struct TwoModes: Sendable, CustomTestStringConvertible {
  let separation: Double
  let offset: Double
  let deviation: Double
  let sigmaMax: Double
  static let dimensions = 8
  private static let share = 0.3

  var testDescription: String {
    "±\(separation) + \(offset), deviation \(deviation), noise \(sigmaMax)"
  }

  private struct Scores: ScoreModel {
    let model: GaussianMixture
    var dimensions: Int { model.dimensions }
    func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) { model.evaluate(batch, at: point) }
  }

  func sampler(inverseTemperature: Double) throws -> Sampler {
    let rest = Array(repeating: offset, count: Self.dimensions - 1)
    let model = try GaussianMixture(
      means: [[offset - separation] + rest, [offset + separation] + rest],
      weights: [Self.share, 1 - Self.share], standardDeviation: deviation)
    return Sampler(
      process: .varianceExploding(sigmaMin: 0.01, sigmaMax: sigmaMax),
      target: .annealed(Scores(model: model), inverseTemperature: .constant(inverseTemperature)))
  }

  /// `log ∫ q_v^β` by a grid along the first coordinate.
  func logNormalizer(_ beta: Double, level: Double) -> Double {
    let variance = deviation * deviation + level
    let width = separation + 12 * variance.squareRoot()
    let cells = 20_000
    var sum = 0.0
    for cell in 0...cells {
      let x = -width + 2 * width * Double(cell) / Double(cells)
      let (a, b) = (x + separation, x - separation)
      let density =
        Self.share * exp(-0.5 * a * a / variance) + (1 - Self.share) * exp(-0.5 * b * b / variance)
      sum += pow(density / (2 * .pi * variance).squareRoot(), beta)
    }
    let other = -0.5 * (beta - 1) * log(2 * .pi * variance) - 0.5 * log(beta)
    return log(sum * 2 * width / Double(cells)) + Double(Self.dimensions - 1) * other
  }
}

@Suite("a start that is fitted to the scores of mixtures")
struct FittedStartTests {
  static let narrow = [
    TwoModes(separation: 2, offset: 0, deviation: 1, sigmaMax: 3),
    TwoModes(separation: 2, offset: 1, deviation: 1, sigmaMax: 3),
    TwoModes(separation: 2, offset: 1, deviation: 1, sigmaMax: 10),
    TwoModes(separation: 40, offset: 3, deviation: 20, sigmaMax: 50),
  ]

  // Fits of 4,096 draws scatter by 0.003 at most on these, so that 0.02 is passed once in 10⁵ if the bias is that of the
  // closed form, 0.0135 at most. The Gaussian of noise alone is off by 0.57, 1.7, 0.06 and 0.8.
  // Seen to catch: one round in place of four; the variance of the noise kept.
  @Test("has the log Z of their noised powers within 0.02, and no doubt", arguments: narrow)
  func initial(_ modes: TwoModes) throws {
    var sampler = try modes.sampler(inverseTemperature: 2)
    sampler.target.path = .constant
    sampler.steps = 60
    let level = modes.sigmaMax * modes.sigmaMax
    let exact = modes.logNormalizer(2, level: level)
    for seed in 1...3 as ClosedRange<UInt64> {
      let result = try sampler.run(particles: 2048, seed: seed)
      #expect(abs(result.logNormalizerInitial! - exact) < 0.02, "\(result.logNormalizerInitial! - exact)")
      #expect(!result.warnings.contains { $0.code == .wrongStart })
    }
    sampler.start = .gaussian
    let off = try sampler.run(particles: 512, seed: 1).logNormalizerInitial! - exact
    #expect(abs(off) > 0.05, "\(off)")
  }

  // 8 runs; Student's t with 7 degrees of freedom passes 5.4 with probability 1e-3, on 4 targets. Steps cost 0.005 at most.
  @Test("gives log Z at the data within its error and 0.02", arguments: narrow)
  func final(_ modes: TwoModes) throws {
    var sampler = try modes.sampler(inverseTemperature: 2)
    sampler.control = .linear
    let runs = try sampler.runs(0..<8, particles: 2000)
    let exact = modes.logNormalizer(2, level: 1e-4)
    let logNormalizer = Repeated(runs.map { $0.logNormalizer!.value - exact })
    #expect(
      abs(logNormalizer.mean) < 5.4 * logNormalizer.standardError + 0.02,
      "\(logNormalizer.mean) ± \(logNormalizer.standardError)")
  }

  @Test("is doubted where modes are too far apart for the noise", arguments: 1...4 as ClosedRange<UInt64>)
  func doubted(seed: UInt64) throws {
    let modes = TwoModes(separation: 6, offset: 0, deviation: 1, sigmaMax: 3)
    let result = try modes.sampler(inverseTemperature: 2).run(particles: 1000, seed: seed)
    #expect(result.trust == .doubtful)
    #expect(result.warnings.contains { $0.code == .wrongStart && $0.isDoubt })
    #expect(result.startFit!.residual > 0.03)
  }
}
