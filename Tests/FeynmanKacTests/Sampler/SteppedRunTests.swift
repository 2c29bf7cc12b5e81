import FeynmanKac
import Synchronization
import Testing

/// Runs that are stepped, awaited or watched.
@Suite("stepped and awaited runs")
struct SteppedRunTests {
  private let sampler = ExampleTargets.sampler(steps: 30)

  @Test("a stepped run is the blocking one, byte for byte")
  func stepped() throws {
    let whole = try sampler.run(particles: 700, seed: 3)
    let run = try sampler.start(particles: 700, seed: 3)
    #expect(run.steps == 30 && run.step == 0 && run.reports.count == 1)
    var sizes = [run.reports[0].effectiveSampleSize]
    while !run.isAtEnd { sizes.append(try run.advance().effectiveSampleSize) }
    #expect(sizes == whole.trace.map(\.effectiveSampleSize))
    let last = run.snapshot
    let result = try run.finish()
    #expect(result.samples == whole.samples && last.samples == whole.samples)
    #expect(result.logWeights == whole.logWeights && last.logWeights == whole.logWeights)
    #expect(result.logNormalizer == whole.logNormalizer)
    #expect(try run.finish().samples == whole.samples)
  }

  @Test("a run may be stepped part of the way, and finished from there")
  func partly() throws {
    var doubling = sampler
    doubling.stepSizeError = .doubling()
    let run = try doubling.start(particles: 300, seed: 1)
    for _ in 0..<7 { try run.advance() }
    #expect(run.step == 7 && !run.isAtEnd)
    let whole = try doubling.run(particles: 300, seed: 1)
    #expect(try run.finish().stepSizeError?.logNormalizer.value == whole.stepSizeError?.logNormalizer.value)
    #expect(whole.stepSizeError != nil)
  }

  @Test("a run that failed fails again, and has no result")
  func failed() throws {
    let broken = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 20),
      target: .annealed(FaultyModel(fault: .throwing, below: 0.5), inverseTemperature: 1.5), steps: 20)
    let run = try broken.start(particles: 64, seed: 0)
    let first = try #require(throws: RunError.self) { while true { try run.advance() } }
    #expect(throws: first) { try run.advance() }
    #expect(throws: first) { try run.finish() }
  }

  // Seen to catch: a run that forgets why it ended.
  @Test("a run that its observer ended does not go on")
  func ended() throws {
    final class Ending: RunObserver {
      var reports = 0
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
        reports += 1
        return step.step != 4
      }
    }
    let observer = Ending()
    let run = try sampler.start(particles: 100, seed: 2, observer: observer)
    for _ in 0..<3 { try run.advance() }
    for _ in 0..<2 { #expect(throws: RunError.cancelled(step: 4)) { try run.advance() } }
    #expect(throws: RunError.cancelled(step: 4)) { try run.finish() }
    #expect(observer.reports == 5)
  }

  // Seen to catch: the signal of the path's start.
  @Test("a snapshot on the way is what a path that ends there has come to")
  func snapshot() throws {
    var preserving = sampler
    preserving.process = .variancePreserving()
    preserving.target = .annealed(ExampleTargets.mixture, inverseTemperature: 1.5)
    preserving.target.path = .constant
    // The shorter path ends where the longer one might resample.
    preserving.resampling.threshold = 0
    let levels = try preserving.plan(particles: 300).noiseLevels
    let run = try preserving.start(particles: 300, seed: 4)
    for _ in 0..<12 { try run.advance() }
    preserving.steps = .levels(Array(levels[...12]))
    let short = try preserving.run(particles: 300, seed: 4)
    #expect(run.snapshot.samples == short.samples)
  }

  @Test("an awaited run is the blocking one, byte for byte")
  func awaited() async throws {
    let result = try await sampler.run(particles: 700, seed: 3)
    let whole = try sampler.start(particles: 700, seed: 3).finish()
    #expect(result.samples == whole.samples && result.logWeights == whole.logWeights)
  }

  // Seen to catch: the start's report, or the result, left out.
  @Test("events are the trace, then the result")
  func events() async throws {
    var steps: [Int] = []
    var result: RunResult?
    for try await event in sampler.events(particles: 200, islands: 2, seed: 5) {
      switch event {
      case .step(let report):
        #expect(result == nil)
        steps.append(report.step)
      case .finished(let finished): result = finished
      }
    }
    #expect(steps == Array(0...30))
    #expect(result?.islands == 2)
  }

  // Not cancelled it would take minutes. Seen to catch: a run that goes on though nobody listens.
  @Test("an awaited run ends where its task is cancelled", .timeLimit(.minutes(1)))
  func cancelled() async throws {
    let model = CountingModel()
    var long = ExampleTargets.sampler(.annealed(model, inverseTemperature: 1.5), steps: 300_000)
    long.start = .gaussian
    let task = Task { [long] in try await long.run(particles: 200_000, seed: 1) }
    while model.blocks == 0 { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // Its thread ends soon after: nobody is asked any more.
    var last = -1
    while model.blocks != last {
      last = model.blocks
      try await Task.sleep(for: .milliseconds(500))
    }
  }

  @Test("what cannot start says so to whoever awaits it")
  func refused() async {
    await #expect(throws: SetupError.self) { try await sampler.run(particles: 7, islands: 2, seed: 0) }
  }
}

/// A standard normal that counts how often it is asked.
private final class CountingModel: ScoreModel {
  let dimensions = 2
  private let count = Atomic<Int>(0)
  var blocks: Int { count.load(ordering: .relaxed) }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    count.add(1, ordering: .relaxed)
    let variance = Float(point.signal * point.signal + point.noise * point.noise)
    for i in 0..<batch.count * dimensions { batch.scores[i] = -batch.states[i] / variance }
  }
}
