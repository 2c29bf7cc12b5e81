import FeynmanKac
import Testing

@Suite("a run of twice the step length beside a run")
struct StepDoublingTests {
  @Test("changes nothing of it", arguments: [1, 3], ["philox", "mt19937"])
  func unchanged(_ islands: Int, _ generator: String) throws {
    for control in Sampler.Control.allCases {
      var sampler = ExampleTargets.sampler(steps: 41)
      sampler.control = control
      // Weights that hardly vary resample by this alone.
      if control == .scores { sampler.resampling.threshold = 0.99 }
      if generator != "philox" { sampler.generator = .gsl(generator) }
      let alone = try sampler.run(particles: 3 * 1200, islands: islands, seed: 0, threads: 2)
      sampler.stepSizeError = .doubling()
      let paired = try sampler.run(particles: 3 * 1200, islands: islands, seed: 0, threads: 2)
      #expect(alone.resampleCount > 0)
      #expect(paired.samples == alone.samples)
      #expect(paired.logWeights == alone.logWeights)
      #expect(paired.ancestors == alone.ancestors)
      #expect(alone.stepSizeError == nil)
      #expect(try #require(paired.stepSizeError).steps == 21)
      // 42 levels and the coarser run's 22, twice where probes are asked too.
      let asked = 3 * 1200 * (42 + 22) * (control == .scores ? 2 : 1)
      #expect(paired.modelEvaluations[0].rows == asked)
      #expect(try sampler.plan(particles: 3 * 1200, islands: islands).modelEvaluations[0].rows == asked)
    }
  }

  @Test("says the same for any number of threads", arguments: Sampler.Scheme.allCases)
  func threads(_ scheme: Sampler.Scheme) throws {
    var sampler = ExampleTargets.sampler()
    sampler.scheme = scheme
    sampler.stepSizeError = .doubling()
    let one = try #require(try sampler.run(particles: 1300, seed: 3, threads: 1).stepSizeError)
    let three = try #require(try sampler.run(particles: 1300, seed: 3, threads: 3).stepSizeError)
    #expect(one.logNormalizer == three.logNormalizer)
    #expect(one.mean == three.mean)
    #expect(one.logNormalizer.standardError != nil && one.logNormalizer.value != 0)
    #expect(one.order == (scheme == .exponentialMultistep || scheme == .heun ? 2 : 1))
  }

  // Two exponents of which neither moves and a single level of both runs: with no step size to differ by, nothing may
  // differ. One Gaussian to the power 1 has weights of 1 in both.
  @Test("finds nothing where weights have nothing to differ by")
  func nothing() throws {
    let model = try GaussianMixture.gaussian(mean: [0.4, -1], standardDeviations: [1.2, 0.7])
    var sampler = ExampleTargets.sampler(.annealed(model, inverseTemperature: 1), steps: 60)
    sampler.stepSizeError = .doubling()
    let error = try #require(try sampler.run(particles: 1000, seed: 1).stepSizeError)
    #expect(abs(error.logNormalizer.value) < 1e-4, "\(error.logNormalizer.value)")
  }

  @Test("has standard errors only where those of log Z are valid")
  func validity() throws {
    var sampler = ExampleTargets.sampler()
    sampler.stepSizeError = .doubling()
    sampler.resampling = .init(SystematicResampler())
    let single = try #require(try sampler.run(particles: 800, seed: 1).stepSizeError)
    #expect(single.logNormalizer.standardError == nil && single.mean[0].monteCarloError == nil)
    #expect(!single.exceedsMonteCarloError)
    let islands = try #require(try sampler.run(particles: 800, islands: 8, seed: 1).stepSizeError)
    #expect(islands.logNormalizer.standardError != nil && islands.mean[0].monteCarloError != nil)
  }
}
