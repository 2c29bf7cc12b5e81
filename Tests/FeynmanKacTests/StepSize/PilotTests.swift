import FeynmanKac
import Foundation
import Testing

@Suite("a pilot chooses what is left to it")
struct PilotTests {
  private func automatic(_ change: (inout Sampler) -> Void = { _ in }) -> Sampler {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 20),
      target: .annealed(ExampleTargets.mixture, inverseTemperature: 2.5), steps: .automatic())
    change(&sampler)
    return sampler
  }

  @Test("the same for any number of threads", arguments: ["philox", "mt19937"])
  func threads(_ generator: String) throws {
    let sampler = automatic {
      $0.noiseScale = .automatic
      $0.generator = generator == "philox" ? .philox : .gsl(generator)
    }
    let one = try sampler.run(particles: 1300, seed: 4, threads: 1)
    let three = try sampler.run(particles: 1300, seed: 4, threads: 3)
    let (first, again) = (try #require(one.pilot), try #require(three.pilot))
    #expect(first.noiseLevels == again.noiseLevels)
    #expect(first.noiseScale == again.noiseScale)
    #expect(first.logNormalizerError == again.logNormalizerError)
    #expect(one.samples == three.samples)
    #expect(one.logWeights == three.logWeights)
    #expect(try sampler.run(particles: 1300, seed: 5).pilot?.noiseLevels != first.noiseLevels)
  }

  @Test("the run is that of a sampler with what was chosen, and counts the pilot's evaluations")
  func chosen() throws {
    let sampler = automatic { $0.noiseScale = .automatic }
    let result = try sampler.run(particles: 700, seed: 1)
    let pilot = try #require(try sampler.pilot(particles: 700, seed: 1))
    let given = try sampler.with(pilot).run(particles: 700, seed: 1)
    #expect(given.pilot == nil)
    #expect(given.samples == result.samples)
    #expect(result.steps == pilot.steps)
    let rows = given.modelEvaluations[0].rows + pilot.modelEvaluations[0].rows
    #expect(result.modelEvaluations[0].rows == rows)
    #expect(pilot.particles == Pilot.particles)
    #expect(try sampler.pilot(particles: 100, seed: 1)?.particles == 100)
    #expect(try ExampleTargets.sampler().pilot(particles: 100, seed: 1) == nil)
  }

  @Test("it keeps within what the plan says it may take")
  func bounds() throws {
    for change: (inout Sampler) -> Void in [
      { _ in }, { $0.noiseScale = .automatic },
      {
        $0.steps = .count(30, .automatic)
      },
    ] {
      let sampler = automatic(change)
      let plan = try sampler.plan(particles: 700)
      let bounds = try #require(plan.pilot)
      let result = try sampler.run(particles: 700, seed: 2)
      let pilot = try #require(result.pilot)
      #expect(pilot.rounds <= bounds.rounds)
      #expect(pilot.modelEvaluations[0].rows <= bounds.modelEvaluations[0].rows)
      #expect(
        result.modelEvaluations[0].rows - pilot.modelEvaluations[0].rows <= plan.modelEvaluations[0].rows)
      #expect(plan.memoryBytes >= bounds.memoryBytes)
    }
  }

  @Test("given steps stay as many and keep the ends of the path; given levels stay as they are")
  func placed() throws {
    let plain = ExampleTargets.sampler(steps: 57)
    let levels = try plain.plan(particles: 10).noiseLevels
    var sampler = plain
    sampler.steps = .count(57, .automatic)
    let pilot = try #require(try sampler.pilot(particles: 700, seed: 3))
    #expect(pilot.steps == 57)
    #expect(pilot.noiseScale == nil)
    #expect(pilot.noiseLevels.first == levels.first && pilot.noiseLevels.last == levels.last)
    #expect(zip(pilot.noiseLevels, pilot.noiseLevels.dropFirst()).allSatisfy { $0 > $1 })
    // No step is longer than four times the mean, but for the rounding of where they fall.
    let longest = zip(pilot.noiseLevels, pilot.noiseLevels.dropFirst()).map { log($0 / $1) }.max()!
    #expect(longest <= 4.01 * log(levels[0] / levels[57]) / 57)
    sampler.noiseScale = .automatic
    sampler.steps = .levels(levels)
    #expect(try sampler.pilot(particles: 700, seed: 3)?.noiseLevels == levels)
  }

  @Test("one Gaussian under the control that takes all out of its weights gets the fewest steps there are")
  func easy() throws {
    let model = try GaussianMixture.gaussian(mean: [0.7], standardDeviations: [1.1])
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 20),
      target: .annealed(model, inverseTemperature: 1), steps: .automatic())
    let least = Int(clamping: (log(1e6) / 0.5).rounded(.up))
    #expect(try sampler.pilot(particles: 10_000, seed: 1)?.steps == least)
    // Far narrow modes of unequal mass and width, raised to the power 3: a hard one.
    let hard = try GaussianMixture(
      means: [[-6], [5]], weights: [0.3, 0.7], standardDeviations: [[0.3], [0.6]])
    sampler.target = .annealed(hard, inverseTemperature: 3)
    let steps = try #require(try sampler.pilot(particles: 10_000, seed: 1)?.steps)
    #expect(steps > 2 * least, "\(steps)")
    // A looser tolerance asks for fewer.
    sampler.tolerance = 4
    let fewer = try #require(try sampler.pilot(particles: 10_000, seed: 1)?.steps)
    #expect(fewer < steps, "\(fewer) of \(steps)")
  }

  // The modes part where the noise is as wide as they are far from each other. Data ten times as large is as hard at
  // levels a hundred times as high, so the steps must move by log 100 = 4.6; the floor under their density, which does not
  // move, takes some of that from the median.
  @Test("steps lie where the path is hard")
  func hardSpot() throws {
    func median(scale: Double) throws -> Double {
      let model = try GaussianMixture(
        means: [[-3 * scale], [2.5 * scale]], weights: [0.4, 0.6],
        standardDeviations: [[0.3 * scale], [0.3 * scale]])
      var sampler = Sampler(
        process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 1000),
        target: .annealed(model, inverseTemperature: 2), steps: .count(100, .automatic))
      sampler.target.path = .constant
      let levels = try #require(try sampler.pilot(particles: 1000, seed: 6)).noiseLevels
      return log(levels[50])
    }
    let (small, large) = (try median(scale: 1), try median(scale: 10))
    // Between the squares of the modes' width and of their distance; the middle of the path is at log v = 2.3.
    #expect(small > log(0.09) && small < log(5.5 * 5.5), "\(small)")
    #expect(abs(large - small - log(100)) < 1.5, "\(large - small)")
  }

  @Test("what cannot be left to a pilot is refused, by the setting")
  func refused() throws {
    func problem(_ change: (inout Sampler) -> Void) -> String {
      do {
        _ = try automatic(change).plan(particles: 100)
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(
      problem { $0.correction = .none }
        == "sampler.steps: `.automatic` compares the `.feynmanKac` weights of two step lengths, found `correction: .none`; use "
        + "`.feynmanKac` or give a value")
    #expect(
      problem {
        $0.steps = .count(200, .karras)
        $0.correction = .densityRatio
        $0.stepSizeError = .doubling()
      }
        == "sampler.stepSizeError: `.doubling()` compares the `.feynmanKac` weights of two step lengths, found `correction: "
        + ".densityRatio`; use `.feynmanKac`")
    #expect(problem { $0.tolerance = 0 } == "sampler.tolerance: 0.0; give a number above 0")
    #expect(
      problem {
        $0.steps = .count(1, .karras)
        $0.stepSizeError = .doubling()
      } == "sampler.stepSizeError: `.doubling()` needs `steps` of 2 or more, found 1")
    #expect(
      problem { $0.steps = .levels([1, 2]) }.hasPrefix("sampler.steps.grid: two steps of the grid fall on"))
    #expect(
      problem { $0.steps = .levels([1]) }
        == "sampler.steps: 1 levels; give at least two positive ones, falling")
    #expect(problem { _ in } == "accepted")
  }

  @Test("a model that fails in the pilot is named, and an observer ends it")
  func failures() throws {
    let broken = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 20),
      target: .annealed(FaultyModel(fault: .throwing, below: 0.5), name: "net", inverseTemperature: 2),
      steps: .automatic())
    do {
      _ = try broken.run(particles: 100, seed: 1)
      Issue.record("accepted")
    } catch { #expect("\(error)".hasPrefix("model 'net' failed at step "), "\(error)") }
    final class Impatient: RunObserver {
      var steps = 0
      var endsRun: Bool { true }
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
        steps += 1
        return true
      }
    }
    let observer = Impatient()
    #expect(throws: RunError.cancelled(step: 0)) {
      try automatic().run(particles: 100, seed: 1, observer: observer)
    }
    #expect(observer.steps == 0)
  }
}
