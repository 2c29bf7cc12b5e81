import FeynmanKac
import Foundation
import Testing

/// Interrupted at every step and taken up again.
@Suite("checkpoints")
struct CheckpointTests {
  /// Ends a run after a step.
  private final class Ending: RunObserver {
    let last: Int
    init(after last: Int) { self.last = last }
    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { step.step != last }
  }

  /// A folder of its own, removed at the end.
  private final class Folder {
    let path = NSTemporaryDirectory() + "fkc-checkpoints-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { "\(path)/\(name)" }
  }

  /// Ends a run after each of some steps and goes on with another number of threads.
  private func check(
    _ sampler: Sampler, particles: Int = 1300, islands: Int = 1, _ comment: Comment,
    at steps: some Sequence<Int> = 0..<24
  ) throws {
    let whole = try sampler.run(particles: particles, islands: islands, seed: 4, threads: 2).figures
    for step in steps {
      let folder = Folder()
      let rule = CheckpointRule(folder: folder.path, interval: .seconds(.infinity))
      #expect(throws: RunError.cancelled(step: step), comment) {
        try sampler.run(
          particles: particles, islands: islands, seed: 4, threads: 2, observer: Ending(after: step),
          checkpoints: rule)
      }
      let (checkpoint, problems) = Checkpoint.newest(in: folder.path)
      let found = try #require(checkpoint, comment)
      #expect(
        problems.isEmpty && found.step == step)
      let rest = try sampler.run(from: found, threads: 1 + step % 3)
      #expect(rest.figures == whole, "\(comment), step \(step)")
    }
  }

  private func sampler(_ target: Target? = nil, _ change: (inout Sampler) -> Void = { _ in }) -> Sampler {
    var sampler = ExampleTargets.sampler(target, steps: 24)
    change(&sampler)
    return sampler
  }

  @Test(
    "every control goes on to the same bytes, with folds and islands", arguments: Sampler.Control.allCases)
  func controls(_ control: Sampler.Control) throws {
    let sampler = sampler {
      $0.control = control
      if control == .scores { $0.resampling.threshold = 0.99 }
    }
    try check(sampler, "\(control)")
    try check(sampler, islands: 2, "\(control) on islands", at: [0, 1, 7, 23])
  }

  @Test("every scheme and correction", arguments: Sampler.Scheme.allCases, Sampler.Correction.allCases)
  func schemes(_ scheme: Sampler.Scheme, _ correction: Sampler.Correction) throws {
    let sampler = sampler {
      $0.scheme = scheme
      $0.correction = correction
      if correction == .kernelRatio { $0.control = .none }
    }
    let needsKernels = correction == .kernelRatio || correction == .densityRatio
    guard !needsKernels || scheme == .exponential || scheme == .exponentialMultistep else { return }
    try check(sampler, "\(scheme), \(correction)", at: [0, 1, 10, 11])
  }

  @Test(
    "a run with all defaults by scores alone: fitted start, plain samples, carried log densities, a pair beside it"
  )
  func defaults() throws {
    let model = ScoreOnly(model: ExampleTargets.mixture)
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 40),
      target: .annealed(model, inverseTemperature: 2.5), steps: 24)
    try check(sampler, particles: 2600, "scores alone")
    sampler.stepSizeError = .doubling()
    try check(sampler, "doubling of all", at: [0, 3, 4, 22, 23])
  }

  @Test("moves at the levels", arguments: [Sampler.Rejuvenation.langevin(moves: 2), .metropolis(moves: 1)])
  func moves(_ rejuvenation: Sampler.Rejuvenation) throws {
    for method in [StepSizeError.Method.none, .doubling(), .doubling(share: 0.2)] {
      let sampler = sampler {
        $0.rejuvenation = rejuvenation
        $0.stepSizeError = method
      }
      try check(sampler, particles: 2400, islands: 2, "\(rejuvenation), \(method)", at: [0, 1, 8, 9, 23])
    }
  }

  @Test("generators with a state", arguments: ["mt19937", "ranlxd2"])
  func generators(_ name: String) throws {
    let sampler = sampler {
      $0.generator = .gsl(name)
      $0.stepSizeError = .doubling(share: 0.2)
    }
    try check(sampler, "\(name)", at: [0, 5, 23])
  }

  @Test("rewards, guidance with momentum, an alignment threshold and a sequence of resamplers")
  func others() throws {
    let reward = Target.annealed(ExampleTargets.mixture, inverseTemperature: 1.5)
      .tilted(by: LinearReward(coefficients: [0.4, -0.3]))
    try check(sampler(reward), "a reward", at: [0, 1, 12, 23])
    let guided = Target.guided(
      unconditional: ExampleTargets.other, conditional: ExampleTargets.mixture, scale: 1.6)
    try check(sampler(guided), "guidance", at: [0, 1, 12, 23])
    for resampler in ResamplingScheme.allCases {
      let sampler = sampler {
        $0.resampling.resampler = resampler.resampler
        if resampler == .birthDeath { $0.resampling.threshold = 1 }
      }
      try check(sampler, "\(resampler)", at: [3, 15])
    }
  }

  @Test("a run with a trajectory hands over the rows that are left")
  func trajectory() throws {
    final class Rows: RunObserver {
      var rows: [TrajectoryRow] = []
      let last: Int
      init(last: Int = -1) { self.last = last }
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { step.step != last }
      func didRecord(_ row: TrajectoryRow) { rows.append(row) }
    }
    let sampler = sampler { $0.trajectory = Trajectory(everySteps: 5, particles: 30) }
    let whole = Rows()
    _ = try sampler.run(particles: 500, seed: 1, observer: whole)
    let folder = Folder()
    let first = Rows(last: 12)
    _ = try? sampler.run(
      particles: 500, seed: 1, observer: first, checkpoints: CheckpointRule(folder: folder.path))
    let rest = Rows()
    _ = try sampler.run(from: try #require(Checkpoint.newest(in: folder.path).checkpoint), observer: rest)
    let rows = first.rows + rest.rows
    #expect(rows.map(\.states) == whole.rows.map(\.states))
    #expect(rows.map(\.parents) == whole.rows.map(\.parents))
    #expect(rows.map(\.logWeights) == whole.rows.map(\.logWeights))
  }

  // MARK: - Files

  /// A run's two checkpoints at its steps 4 and 8, of 24.
  private func two() throws -> (Folder, Sampler) {
    let folder = Folder()
    let sampler = sampler()
    _ = try? sampler.run(
      particles: 300, seed: 4, observer: Ending(after: 11),
      checkpoints: CheckpointRule(folder: folder.path, interval: .steps(4), identity: "it"))
    return (folder, sampler)
  }

  @Test("two are kept, and the older one stands in for a newer one that is damaged, in whatever bit")
  func damage() throws {
    let (folder, sampler) = try two()
    let (newest, _) = Checkpoint.newest(in: folder.path)
    #expect(newest?.step == 11 && newest?.identity == "it")
    let path = try #require(newest?.path)
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    for place in stride(from: 0, to: good.count, by: max(1, good.count / 400)) {
      var bad = good
      bad[place] ^= 1 << (place % 8)
      try bad.write(to: URL(fileURLWithPath: path))
      let (found, problems) = Checkpoint.newest(in: folder.path)
      #expect(found?.step == 8 && problems.count == 1, "byte \(place)")
    }
    for length in stride(from: 0, to: good.count, by: max(1, good.count / 100)) {
      try good.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(Checkpoint.newest(in: folder.path).checkpoint?.step == 8, "\(length) bytes")
    }
    try (good + [0]).write(to: URL(fileURLWithPath: path))
    let older = try #require(Checkpoint.newest(in: folder.path).checkpoint)
    #expect(older.step == 8)
    #expect((try sampler.run(from: older)).figures == (try sampler.run(particles: 300, seed: 4)).figures)
  }

  @Test("a new run's first checkpoint is newer than whatever an earlier one left")
  func stale() throws {
    let (folder, sampler) = try two()
    _ = try? sampler.run(
      particles: 300, seed: 5, observer: Ending(after: 2),
      checkpoints: CheckpointRule(folder: folder.path, interval: .steps(50)))
    let found = try #require(Checkpoint.newest(in: folder.path).checkpoint)
    #expect(found.seed == 5 && found.step == 2)
  }

  @Test("a run goes on where no checkpoint can be written, and its observer is told")
  func unwritable() throws {
    final class Told: RunObserver {
      var errors: [FileError] = []
      func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { true }
      func didFailCheckpoint(_ error: FileError) { errors.append(error) }
    }
    let told = Told()
    let rule = CheckpointRule(folder: "/dev/null/checkpoints", interval: .steps(10))
    let result = try sampler().run(particles: 300, seed: 4, observer: told, checkpoints: rule)
    #expect(result.steps == 24 && told.errors.count == 2 && told.errors[0].kind == .unwritable)
  }

  @Test("the checkpoint of another run is refused by what differs")
  func refused() throws {
    let (folder, sampler) = try two()
    let found = try #require(Checkpoint.newest(in: folder.path).checkpoint)
    for (change, words) in [
      ({ $0.steps = 26 }, "steps 24, and this one has 26"), ({ $0.noiseScale = .scheduled(1.5) }, "other"),
      (
        {
          $0.target = .annealed(ExampleTargets.mixture, inverseTemperature: 2)
          $0.target.path = .constant
        }, "other"
      ),
      ({ $0.resampling.resampler = SystematicResampler() }, "other"),
    ] as [((inout Sampler) -> Void, String)] {
      var other = sampler
      change(&other)
      let error = try #require(throws: FileError.self) { try other.run(from: found) }
      #expect(error.description.contains(words), "\(error)")
    }
  }
}
