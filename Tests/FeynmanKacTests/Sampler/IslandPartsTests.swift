import FeynmanKac
import Foundation
import ParticleEngine
import Testing

/// Islands that are sampled apart, by jobs or by processes, and joined.
@Suite("parts and ranks")
struct IslandPartsTests {
  private final class Folder {
    let path = NSTemporaryDirectory() + "fkc-parts-\(UUID().uuidString)"
    init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Samples islands in parts, and on ranks, and compares both with the whole run.
  private func check(
    _ sampler: Sampler, particles: Int = 1200, islands: Int = 6, _ comment: Comment,
    parts: [Range<Int>] = [0..<1, 1..<4, 4..<6]
  ) throws {
    let whole = try sampler.run(particles: particles, islands: islands, seed: 4, threads: 2).figures
    let folder = Folder()
    let paths = parts.indices.map { "\(folder.path)/\($0)" }
    for (part, path) in zip(parts, paths) {
      let own = try sampler.run(
        part: part, into: path, particles: particles, islands: islands, seed: 4, threads: 1)
      #expect(own.islands == part.count && own.particles == particles / islands * part.count, comment)
    }
    let joined = try sampler.run(joining: Checkpoint(parts: paths.reversed()), threads: 2)
    let isSame = joined.figures == whole
    #expect(isSame, "joined parts: \(comment)")

    let rule = CheckpointRule(folder: "\(folder.path)/ranks", interval: .steps(7))
    try ThreadRanks.run(parts) { ranks in
      try sampler.sampleShare(
        ranks, particles: particles, islands: islands, seed: 4, threads: 1, observer: nil, checkpoints: rule,
        from: nil)
    }
    let states = try #require(Checkpoint.newest(in: rule.folder).checkpoint, comment)
    let shared = try sampler.join(states, threads: 1, observer: nil, trajectory: nil)
    let isShared = shared.figures == whole
    #expect(isShared, "ranks: \(comment)")
  }

  private func sampler(_ target: Target? = nil, _ change: (inout Sampler) -> Void = { _ in }) -> Sampler {
    var sampler = ExampleTargets.sampler(target, steps: 24)
    change(&sampler)
    return sampler
  }

  @Test("every control, with and without moves", arguments: Sampler.Control.allCases)
  func controls(_ control: Sampler.Control) throws {
    let sampler = sampler {
      $0.control = control
      if control == .scores { $0.resampling.threshold = 0.99 }
      if control == .linear { $0.rejuvenation = .metropolis(moves: 1) }
    }
    try check(sampler, "\(control)")
  }

  @Test("every scheme and correction", arguments: Sampler.Scheme.allCases, Sampler.Correction.allCases)
  func schemes(_ scheme: Sampler.Scheme, _ correction: Sampler.Correction) throws {
    let needsKernels = correction == .kernelRatio || correction == .densityRatio
    guard !needsKernels || scheme == .exponential || scheme == .exponentialMultistep else { return }
    let sampler = sampler {
      $0.scheme = scheme
      $0.correction = correction
      if correction == .kernelRatio { $0.control = .none }
    }
    try check(sampler, "\(scheme), \(correction)", parts: [0..<2, 2..<6])
  }

  // Seen to catch a coarser run of a pair whose control was fitted to the islands of its own rank alone.
  @Test("pairs of two step lengths, generators with a state, rewards, alignment, and no noise")
  func others() throws {
    for share in [1, 0.2] {
      try check(sampler { $0.stepSizeError = .doubling(share: share) }, "a pair of \(share)")
    }
    try check(
      sampler {
        $0.generator = .gsl("mt19937")
        $0.control = .none
      }, "mt19937")
    let reward = Target.annealed(ExampleTargets.mixture, inverseTemperature: 1.5)
      .tilted(by: LinearReward(coefficients: [0.4, -0.3]))
    try check(sampler(reward), "a reward")
    var guided = Target.guided(
      unconditional: ExampleTargets.other, conditional: ExampleTargets.mixture, scale: 1.6)
    try check(sampler(guided), "guidance")
    guided.guidance?.alignmentThreshold = 0.9
    try check(
      sampler(guided) {
        $0.stepSizeError = .none
        $0.control = .none
      }, "an alignment threshold")
    try check(
      sampler {
        $0.noiseScale = .scheduled(0)
        $0.control = .none
        $0.target.path = .constant
      }, "no noise")
  }

  @Test(
    "scores alone with all defaults: fitted start, plain samples, carried log densities, a pair beside it")
  func defaults() throws {
    let sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 40),
      target: .annealed(ScoreOnly(model: ExampleTargets.mixture), inverseTemperature: 2.5), steps: 24)
    try check(sampler, particles: 2400, "scores alone")
  }

  @Test("many islands learn in groups that are sampled apart")
  func groups() throws {
    let sampler = sampler()
    #expect(try sampler.sampledIslands(for: 0..<3, particles: 40_960, islands: 40) == 0..<8)
    #expect(try sampler.sampledIslands(for: 7..<9, particles: 40_960, islands: 40) == 0..<16)
    #expect(try sampler.sampledIslands(for: 7..<9, particles: 400, islands: 40) == 0..<40)
    try check(sampler, particles: 40_960, islands: 40, "groups", parts: [0..<8, 8..<30, 30..<40])
  }

  @Test("a trajectory is that of the whole run, on ranks too")
  func trajectory() throws {
    final class Rows: RunObserver, @unchecked Sendable {
      var rows: [TrajectoryRow] = []
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { true }
      func didRecord(_ row: TrajectoryRow) { rows.append(row) }
    }
    let sampler = sampler { $0.trajectory = Trajectory(everySteps: 5, particles: 7) }
    let whole = Rows()
    _ = try sampler.run(particles: 400, islands: 4, seed: 1, observer: whole)
    let folder = Folder()
    let rule = CheckpointRule(folder: "\(folder.path)/ranks")
    let shared = [Rows(), Rows(), Rows()]
    try ThreadRanks.run([0..<1, 1..<2, 2..<4]) { ranks in
      try sampler.sampleShare(
        ranks, particles: 400, islands: 4, seed: 1, threads: 1, observer: shared[ranks.rank],
        checkpoints: rule, from: nil)
    }
    for (index, row) in whole.rows.enumerated() {
      let own = shared.map { $0.rows[index] }
      #expect(own.flatMap(\.slots) == row.slots)
      #expect(own.flatMap(\.states) == row.states)
      #expect(own.flatMap(\.parents) == row.parents)
      #expect(own.flatMap(\.logWeights) == row.logWeights)
    }
  }

  @Test("what was written by so many ranks goes on with another number of them, and by one process")
  func resumed() throws {
    final class Ending: RunObserver, @unchecked Sendable {
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { step.step == 0 }
    }
    let sampler = sampler {
      $0.stepSizeError = .doubling(share: 0.2)
      $0.trajectory = Trajectory(everySteps: 3, particles: 11)
    }
    let whole = try sampler.run(particles: 1200, islands: 6, seed: 4).figures
    let folder = Folder()
    let rule = CheckpointRule(folder: "\(folder.path)/ranks", interval: .seconds(.infinity))
    var last = 0
    for shares in [[0..<2, 2..<3, 3..<6], [0..<5, 5..<6], [0..<6]] {
      let ended = #expect(throws: RunError.self) {
        if shares.count == 1 {
          let former = try #require(Checkpoint.newest(in: rule.folder).checkpoint)
          _ = try sampler.run(from: former, observer: Ending(), checkpoints: rule)
        }
        try ThreadRanks.run(shares) { ranks in
          // One of them asks for the end, which the others learn when all hand their records around.
          try sampler.sampleShare(
            ranks, particles: 1200, islands: 6, seed: 4, threads: 1,
            observer: ranks.rank == 1 ? Ending() : nil, checkpoints: rule,
            from: Checkpoint.newest(in: rule.folder).checkpoint)
        }
      }
      let former = try #require(Checkpoint.newest(in: rule.folder).checkpoint)
      #expect(ended == .cancelled(step: former.step) && former.share == 0..<6)
      #expect(former.step > last && former.step < former.steps)
      last = former.step
    }
    try ThreadRanks.run([0..<3, 3..<6]) { ranks in
      try sampler.sampleShare(
        ranks, particles: 1200, islands: 6, seed: 4, threads: 1, observer: nil, checkpoints: rule,
        from: Checkpoint.newest(in: rule.folder).checkpoint)
    }
    let states = try #require(Checkpoint.newest(in: rule.folder).checkpoint)
    let isSame = try sampler.join(states, threads: 1, observer: nil, trajectory: nil).figures == whole
    #expect(isSame)
  }

  @Test("islands that are missing, doubled or of another run are refused by name")
  func refused() throws {
    let sampler = sampler { $0.control = .none }
    let folder = Folder()
    func part(_ islands: Range<Int>, _ name: String, seed: UInt64 = 4) throws -> String {
      let path = "\(folder.path)/\(name)"
      _ = try sampler.run(part: islands, into: path, particles: 600, islands: 6, seed: seed)
      return path
    }
    let (a, b) = (try part(0..<2, "a"), try part(2..<4, "b"))
    let (c, other) = (try part(3..<6, "c"), try part(4..<6, "d", seed: 5))
    for (paths, words) in [
      ([a, b], "a: islands 4-5 of 6 are in no file beside it"), ([b, c], "b: islands 0-1 of 6"),
      ([a, b, c], "c: has island 3, which \(b) has too"), ([a, b, other], "d: its seed is 5"),
      ([a, a], "has islands 0-1, which"),
    ] {
      let error = try #require(throws: FileError.self) { try Checkpoint(parts: paths) }
      #expect(error.description.contains(words), "\(error)")
    }
    #expect(throws: SetupError.self) { try part(5..<7, "e") }
  }
}
