import FeynmanKac
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
    doubling.stepSizeError = .doubling
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

  @Test("an awaited run is the blocking one, byte for byte")
  func awaited() async throws {
    let result = try await sampler.run(particles: 700, seed: 3)
    let whole = try sampler.start(particles: 700, seed: 3).finish()
    #expect(result.samples == whole.samples && result.logWeights == whole.logWeights)
  }

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

  // Not cancelled it would take hours.
  @Test("an awaited run ends where its task is cancelled", .timeLimit(.minutes(1)))
  func cancelled() async throws {
    let long = ExampleTargets.sampler(steps: 300_000)
    let task = Task { try await long.run(particles: 200_000, seed: 1) }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("what cannot start says so to whoever awaits it")
  func refused() async {
    await #expect(throws: SetupError.self) { try await sampler.run(particles: 7, islands: 2, seed: 0) }
  }
}
