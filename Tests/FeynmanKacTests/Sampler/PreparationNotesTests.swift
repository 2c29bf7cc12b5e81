import FeynmanKac
import Foundation
import ParticleEngine
import Testing

/// Runs that end before their first step, again and again.
@Suite("what is found out before the first step")
struct PreparationNotesTests {
  /// Ends its run after the model was asked for so many more rows.
  private final class Ending: RunObserver {
    private let count: CountedScores.Count
    private let last: Int
    init(_ count: CountedScores.Count, after rows: Int) {
      self.count = count
      last = count.rows + rows
    }
    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { !endsRun }
    var endsRun: Bool { count.rows >= last }
  }

  private static func sampler(_ count: CountedScores.Count) -> Sampler {
    let model = CountedScores(model: ExampleTargets.mixture, count: count)
    var sampler = ExampleTargets.sampler(.annealed(model, inverseTemperature: 2.5), steps: 24)
    sampler.steps = .automatic()
    sampler.target.path = .automatic
    sampler.plainSamples = .automatic
    return sampler
  }

  @Test("is found once, by runs that end after few rows each, and the result is the same")
  func comesOn() throws {
    let whole = CountedScores.Count()
    let expected = try Self.sampler(whole).run(particles: 2000, islands: 8, seed: 4)
    let rows = 300_000
    // One run alone does not come so far.
    let pilot = try #require(expected.pilot).modelEvaluations.reduce(0) { $0 + $1.rows }
    #expect(pilot > rows)
    let folder = NSTemporaryDirectory() + "fkc-notes-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var rule = CheckpointRule(folder: folder, interval: .seconds(0), identity: "a run")
    rule.hasNotes = true
    let count = CountedScores.Count()
    var starts = 0
    // Each piece of what is found out, such as a pilot's round of 512 particles, takes less.
    while Checkpoint.newest(in: folder).checkpoint == nil, starts < 100 {
      starts += 1
      #expect(throws: RunError.self) {
        try Self.sampler(count).run(
          particles: 2000, islands: 8, seed: 4, observer: Ending(count, after: rows),
          checkpoints: rule)
      }
    }
    let former = try #require(Checkpoint.newest(in: folder).checkpoint)
    #expect(starts > 1)
    let result = try Self.sampler(count).run(from: former)
    let isSame = result.figures == expected.figures
    #expect(isSame)
    #expect(result.modelEvaluations.map(\.rows) == expected.modelEvaluations.map(\.rows))
  }

  @Test("is not taken from another run")
  func others() throws {
    let folder = NSTemporaryDirectory() + "fkc-notes-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var rule = CheckpointRule(folder: folder, interval: .seconds(0), identity: "a run")
    rule.hasNotes = true
    let ended = CountedScores.Count()
    _ = try? Self.sampler(ended).run(
      particles: 2000, islands: 8, seed: 4, observer: Ending(ended, after: 300_000), checkpoints: rule)
    let notes = try Data(contentsOf: URL(filePath: folder + "/notes"))
    func asked(seed: UInt64 = 4, _ change: (inout CheckpointRule) -> Void = { _ in }) throws -> Int {
      try notes.write(to: URL(filePath: folder + "/notes"))
      var own = rule
      own.interval = .steps(1 << 20)
      change(&own)
      let count = CountedScores.Count()
      _ = try Self.sampler(count).run(particles: 2000, islands: 8, seed: seed, checkpoints: own)
      return count.rows
    }
    let whole = try asked { $0.identity = "another run" }
    #expect(try asked() < whole - 20_000)
    #expect(try asked { $0.hasNotes = false } == whole)
    let other = CountedScores.Count()
    _ = try Self.sampler(other).run(particles: 2000, islands: 8, seed: 5)
    #expect(try asked(seed: 5) == other.rows)
    var damaged = notes
    damaged[damaged.count / 2] ^= 1
    try damaged.write(to: URL(filePath: folder + "/notes"))
    let count = CountedScores.Count()
    rule.interval = .steps(1 << 20)
    _ = try Self.sampler(count).run(particles: 2000, islands: 8, seed: 4, checkpoints: rule)
    #expect(count.rows == whole)
  }
}
