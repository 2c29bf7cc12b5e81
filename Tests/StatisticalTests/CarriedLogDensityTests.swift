import FeynmanKac
import Foundation
import Testing

/// Exponents of models that know their scores alone: log densities are carried along the path.
@Suite("carried log densities")
struct CarriedLogDensityTests {
  private static let modes = try! GaussianMixture(
    means: [[-2.6, 1.2], [2, -0.9], [0.7, 3.6]], weights: [0.3, 0.5, 0.2],
    standardDeviations: [[0.65, 0.65], [0.65, 0.65], [0.65, 0.65]])
  private static let process = VarianceExploding(sigmaMin: 0.01, sigmaMax: 50)

  /// Two widths of atoms without their centre of mass, whose powers have closed forms.
  struct AtomShells: ScoreModel {
    static let shells = [(weight: 0.4, variance: 0.25), (weight: 0.6, variance: 2.0)]
    let dimensions = 12
    var atoms: Int? { 4 }

    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
      for row in 0..<batch.count {
        let own = row * dimensions..<(row + 1) * dimensions
        let square = own.reduce(0.0) { $0 + Double(batch.states[$1]) * Double(batch.states[$1]) }
        let variances = Self.shells.map {
          point.signal * point.signal * $0.variance + point.noise * point.noise
        }
        let logs = zip(Self.shells, variances).map { log($0.weight) - 0.5 * (square / $1 + 9 * log($1)) }
        let shares = logs.map { exp($0 - logs.max()!) }
        let precision = zip(shares, variances).reduce(0) { $0 + $1.0 / $1.1 } / shares.reduce(0, +)
        for index in own { batch.scores[index] = Float(-precision * Double(batch.states[index])) }
      }
    }

    /// `log ∫ q³` at a level, over the nine directions.
    static func logNormalizer(level: Double) -> Double {
      var sum = 0.0
      for a in shells {
        for b in shells {
          for c in shells {
            let variances = [a, b, c].map { $0.variance + level }
            let precision = variances.reduce(0) { $0 + 1 / $1 }
            sum +=
              a.weight * b.weight * c.weight
              * exp(4.5 * (log(2 * .pi / precision) - variances.reduce(0) { $0 + log(2 * .pi * $1) }))
          }
        }
      }
      return log(sum)
    }
  }

  struct Way: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var bound = 0.025
    let change: @Sendable (inout Sampler) -> Void
  }

  // The same seed moves the particles of a model that knows its density alike, so that what they differ by is the carrying: over 8
  // seeds .006 at most in the mean, with a spread of .004 and less, and .02 where other particles are resampled. No bound is nearer
  // than four of these.
  // Seen to catch: the term that makes it second order left out (.09 to .11, .23 at c = 1.6); the line by its start alone (2.4 to 7.0, .04 without
  // noise); no difference to the Gaussian (2.4 to 2.7); log q itself carried in place of it (.055, at c = 1.6 alone); the Gaussian's own change left
  // out (8.7 to 9.8), of its exponent alone (.4 to .7), of its constant alone (9.4); a difference that begins where the noise is less than the data
  // is wide (.2 to .5).
  @Test(
    "give the log Z that exact ones give, whatever moves the particles",
    arguments: [
      Way(testDescription: "as by default") { _ in },
      Way(testDescription: "no control") { $0.control = .none },
      Way(testDescription: "radial control") { $0.control = .radial },
      Way(testDescription: "linear control") { $0.control = .linear },
      Way(testDescription: "control by scores") { $0.control = .scores },
      Way(testDescription: "c = 1.6") { $0.noiseScale = .scheduled(1.6) },
      Way(testDescription: "no noise") {
        $0.noiseScale = .scheduled(0)
        $0.resampling.threshold = 0
      },
      Way(testDescription: "Heun") { $0.scheme = .heun },
      Way(testDescription: "the frozen exponential") { $0.scheme = .exponential },
      Way(testDescription: "Euler and Maruyama") { $0.scheme = .eulerMaruyama },
      Way(testDescription: "a Gaussian start, nothing stated") { $0.start = .gaussian },
      Way(testDescription: "resampling at every step", bound: 0.1) { $0.resampling.threshold = 1 },
      Way(testDescription: "a reward that looks ahead", bound: 0.1) {
        $0.target.reward = LinearReward(coefficients: [0.5, -0.3])
      },
    ])
  func likeExactOnes(_ way: Way) throws {
    func logNormalizer(_ model: some ScoreModel) throws -> Double {
      var sampler = Sampler(process: Self.process, target: .annealed(model, inverseTemperature: 3))
      sampler.target.path = .late(below: 4)
      sampler.start = .fitted
      sampler.stepSizeError = .none
      way.change(&sampler)
      return try sampler.run(particles: 2000, seed: 3).logNormalizer!.value
    }
    let difference =
      try logNormalizer(AgreementTests.ScoreOnly(model: Self.modes)) - logNormalizer(Self.modes)
    #expect(abs(difference) < way.bound, "\(difference)")
  }

  // 16 runs: five standard errors of their mean are passed with a chance below 1e-4; 0.02 is the step-size error.
  // Seen to catch: the term that makes it second order left out (RMS .34); a plan that is not made anew after the fit (.42, at more evaluations);
  // log densities that are not copied with their particles (.41); probes with independent signs at each level (.16).
  @Test("three modes to the power 8 have the right log Z and means by scores alone, at 400 evaluations")
  func coldModes() throws {
    var sampler = Sampler(
      process: Self.process,
      target: .annealed(AgreementTests.ScoreOnly(model: Self.modes), inverseTemperature: 8), steps: 186)
    let exact = StatisticalTargets.product(
      Array(repeating: Self.modes, count: 8), level: Self.process.noiseLevel(at: 0))
    let runs = try sampler.runs(0..<16, particles: 2000)
    #expect(runs.allSatisfy { $0.modelEvaluations[0].rows <= 400 * 2000 })
    let errors = Repeated(runs.map { $0.logNormalizer!.value - exact.logNormalizer })
    #expect(errors.rootMeanSquare < 0.1, "\(errors.rootMeanSquare)")
    #expect(abs(errors.mean) < 5 * errors.standardError + 0.02, "\(errors.mean) ± \(errors.standardError)")
    for j in 0..<2 {
      let mean = Repeated(runs.map { $0.weightedMean[j] - exact.mean[j] })
      let deviation = exact.variance[j].squareRoot()
      #expect(
        abs(mean.mean) < 5 * mean.standardError + 0.02 * deviation, "\(mean.mean) ± \(mean.standardError)")
    }
    // No trusted run is off by more than its interval tells.
    for (run, error) in zip(runs, errors.values) where run.trust == .ok {
      let interval = try #require(run.logNormalizerInterval)
      #expect(abs(error) < 2.5 * 0.5 * (interval.high - interval.low))
    }
    sampler.target.path = .constant
    sampler.steps = .count(370)
    let constant = Repeated(
      try sampler.runs(0..<16, particles: 2000).map { $0.weightedMean[0] - exact.mean[0] })
    #expect(
      constant.rootMeanSquare > 5 * Repeated(runs.map { $0.weightedMean[0] - exact.mean[0] }).rootMeanSquare)
  }

  // 12 runs; t with 11 degrees of freedom passes 5.5 with a chance of 2e-4; 0.02 is the step-size error.
  // Seen to catch: probes that move the centre of mass (−14); the term that makes it second order left out (−.30); no difference to the Gaussian's
  // score, so that log q itself is carried (−.064); any common bit of both numbers in place of their parity in the probes' signs (.081).
  @Test("hold in the subspace of atoms without their centre of mass")
  func atoms() throws {
    var sampler = Sampler(process: Self.process, target: .annealed(AtomShells(), inverseTemperature: 3))
    sampler.target.path = .late()
    let exact = AtomShells.logNormalizer(level: Self.process.noiseLevel(at: 0))
    let errors = Repeated(
      try sampler.runs(0..<12, particles: 2000).map { $0.logNormalizer!.value - exact })
    #expect(errors.standardError < 0.03)
    #expect(abs(errors.mean) < 5.5 * errors.standardError + 0.02, "\(errors.mean) ± \(errors.standardError)")
  }
}
