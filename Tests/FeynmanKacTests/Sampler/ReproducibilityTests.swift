import FeynmanKac
import Foundation
import Testing

@Suite("the same seed gives the same bytes")
struct ReproducibilityTests {
  private func bytes(_ result: RunResult) -> [Double] {
    var values = result.samples.map { Double($0) }
    values += result.logWeights
    values += result.ancestors.map { Double($0) }
    values += result.genealogy.parents.map { Double($0) }
    for row in result.trace {
      values += [row.effectiveSampleSize, row.logNormalizerRatio ?? -1, row.controlSlope]
    }
    return values
  }

  @Test(
    "for any number of threads",
    arguments: Sampler.Control.allCases, [1, 3])
  func threads(_ control: Sampler.Control, _ islands: Int) throws {
    var sampler = ExampleTargets.sampler()
    sampler.control = control
    // Weights that hardly vary resample by this alone.
    if control == .scores { sampler.resampling.threshold = 0.99 }
    // Two blocks and a part of one an island, so that blocks merge and are not all full.
    let first = try sampler.run(particles: 3 * 1200, islands: islands, seed: 0, threads: 1)
    #expect(first.resampleCount > 0)
    for threads in [2, 3, 8] {
      let again = try sampler.run(particles: 3 * 1200, islands: islands, seed: 0, threads: threads)
      #expect(bytes(again) == bytes(first))
    }
    let other = try sampler.run(particles: 3 * 1200, islands: islands, seed: 1, threads: 1)
    #expect(bytes(other) != bytes(first))
  }

  @Test("with a sequential generator of GSL", arguments: ["mt19937", "ranlxd2", "taus2"])
  func sequentialGenerators(_ name: String) throws {
    var sampler = ExampleTargets.sampler()
    sampler.generator = .gsl(name)
    let first = try sampler.run(particles: 2400, islands: 2, seed: 5, threads: 1)
    #expect(bytes(try sampler.run(particles: 2400, islands: 2, seed: 5, threads: 2)) == bytes(first))
  }

  @Test("for every correction and scheme", arguments: Sampler.Correction.allCases, Sampler.Scheme.allCases)
  func corrections(_ correction: Sampler.Correction, _ scheme: Sampler.Scheme) throws {
    var sampler = ExampleTargets.sampler()
    sampler.correction = correction
    sampler.scheme = scheme
    if correction == .kernelRatio { sampler.control = .none }
    let needsKernels = correction == .kernelRatio || correction == .densityRatio
    if needsKernels && (scheme == .heun || scheme == .eulerMaruyama) {
      #expect(throws: SetupError.self) { try sampler.run(particles: 100, seed: 3) }
      return
    }
    let first = try sampler.run(particles: 1300, seed: 3, threads: 1)
    #expect(bytes(try sampler.run(particles: 1300, seed: 3, threads: 4)) == bytes(first))
  }

  @Test(
    "with moves at the levels, beside a coarser run", arguments: ["philox", "mt19937"],
    [Sampler.Rejuvenation.langevin(moves: 2), .metropolis(moves: 2)])
  func moves(_ generator: String, _ rejuvenation: Sampler.Rejuvenation) throws {
    var sampler = ExampleTargets.sampler()
    sampler.generator = generator == "philox" ? .philox : .gsl(generator)
    sampler.rejuvenation = rejuvenation
    for method in [StepSizeError.Method.doubling(), .doubling(share: 0.2)] {
      sampler.stepSizeError = method
      let first = try sampler.run(particles: 2400, islands: 2, seed: 5, threads: 1)
      let again = try sampler.run(particles: 2400, islands: 2, seed: 5, threads: 3)
      #expect(bytes(again) == bytes(first))
      #expect(again.stepSizeError!.logNormalizer.value == first.stepSizeError!.logNormalizer.value)
      // A pair beside the run does not change it.
      sampler.stepSizeError = .none
      #expect(bytes(try sampler.run(particles: 2400, islands: 2, seed: 5)) == bytes(first))
    }
  }

  @Test("an observer changes nothing")
  func observer() throws {
    final class Counter: RunObserver {
      var steps: [Int] = []
      var snapshots = 0
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
        steps.append(step.step)
        if step.step % 10 == 0 { snapshots += snapshot().logWeights.count }
        return true
      }
    }
    let counter = Counter()
    let sampler = ExampleTargets.sampler()
    let watched = try sampler.run(particles: 600, seed: 9, observer: counter)
    #expect(bytes(watched) == bytes(try sampler.run(particles: 600, seed: 9)))
    #expect(counter.steps == Array(0...40))
    #expect(counter.snapshots == 5 * 600)
  }
}
