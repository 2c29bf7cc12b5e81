import FeynmanKac

/// A config whose plan holds, ready to be sampled into a folder.
package struct PreparedRun {
  /// Where a run begins.
  package enum Origin {
    /// The run begins at its start.
    case start
    /// It goes on after the step of a checkpoint.
    case checkpoint(Checkpoint)
    /// Its islands were sampled in parts, and all is at its end.
    case parts(PartFolders)
    /// Several processes share its islands, of which this is the first; it goes on after the step of a checkpoint where there is one.
    case shared(any RankGroup, Checkpoint?)
    /// Several processes have sampled its islands, and all is at its end.
    case sampled(Checkpoint)

    /// - Parameter checkpoint: Nil for the start.
    package init(_ checkpoint: Checkpoint?) { self = checkpoint.map { .checkpoint($0) } ?? .start }

    var checkpoint: Checkpoint? {
      switch self {
      case .checkpoint(let former): former
      case .shared(_, let former): former
      case .sampled(let end): end
      case .start, .parts: nil
      }
    }
  }

  package let configuration: RunConfiguration
  package let plan: Sampler.Plan
  /// How many threads sample; nil for all cores that the process may use.
  package let threads: Int?

  /// - Parameter keepsTrajectory: Its trajectory stays in memory, as in a run without a folder.
  /// - Throws: `ConfigurationFaults` at the setting that cannot work, `CommandFailure` where the machine has not the memory.
  package init(_ configuration: RunConfiguration, threads: Int?, keepsTrajectory: Bool = false) throws {
    self.configuration = configuration
    self.threads = threads
    plan = try configuration.plan(threads: threads)
    try MemoryNeed(plan, of: configuration, keepsTrajectory: keepsTrajectory).check()
  }

  private init(_ configuration: RunConfiguration, _ plan: Sampler.Plan, threads: Int?) {
    self.configuration = configuration
    self.plan = plan
    self.threads = threads
  }

  /// The same with another seed, on which no plan depends.
  func with(seed: UInt64) -> PreparedRun {
    PreparedRun(configuration.with(seed: seed), plan, threads: threads)
  }

  /// The same after its networks were asked whether they predict what the config says: right before it is sampled.
  package func askingNetworks() -> PreparedRun {
    let warnings = PredictionWarnings.of(configuration, plan, asksPrograms: true)
    return PreparedRun(configuration.with(warnings: warnings), plan, threads: threads)
  }

  /// What the folder's `config.yaml` will say.
  var resolved: Setting { configuration.resolved(start: plan.start) }

  /// What tells the parts of this run from others': the text of the folder's `config.yaml`.
  package var identity: String { SettingText.yaml(resolved) }
  /// What tells its checkpoints from others': which of the run's islands it samples, too.
  var checkpointIdentity: String {
    identity + (configuration.part.map { "# \(IslandRange.named($0))\n" } ?? "")
  }

  /// What only a run can tell, a line each, with the config's name.
  var unchecked: [String] { configuration.unchecked.map { "\(configuration.file): not checked: \($0)" } }

  /// What is known before the run, a line each, with the config's name.
  package var warnings: [String] { lines(configuration.warnings + plan.warnings) }

  private func lines(_ warnings: [RunWarning]) -> [String] {
    warnings.map { "\(configuration.file): \($0.isDoubt ? "doubtful" : "warning"): \($0.text)" }
  }

  /// How many particles it moves: those of all islands where its own learn from the others.
  package var sampledParticles: Int {
    plan.sampledIslands.count * (configuration.particles / configuration.islands)
  }

  /// What a user should know of how it is done, a line each.
  package var notes: [String] {
    guard let part = configuration.part, plan.sampledIslands != part else { return [] }
    return [
      "\(configuration.file): note: \(IslandRange.named(part)) learn from others on the way, so that "
        + "\(IslandRange.named(plan.sampledIslands)) are sampled; sampler.control: none lets each be sampled alone"
    ]
  }

  /// The sizes in bytes of the arrays that it will write.
  package var resultSizes: [Int] {
    ResultSizes.bytes(plan, of: configuration).map(\.bytes)
      + (configuration.part == nil ? [] : [plan.checkpointBytes])
  }

  /// Samples and puts the results into their folder, and then a report on them; says what the run showed.
  ///
  /// - Parameters:
  ///   - host: The program that the run is part of.
  ///   - keepsExtras: The folder's metrics and pictures are of this very run.
  ///   - origin: Where the run begins.
  /// - Throws: `RunError` and `FileError`; the folder is then as it was.
  package func sample(
    into results: ResultFolder, for host: RunHost, keepsExtras: Bool = false,
    from origin: Origin = .start,
    observer: some RunObserver
  ) throws -> FinishedRun {
    var origin = origin
    if case .shared(let ranks, let former) = origin {
      try sampleShare(ranks, in: results.path, from: former, threads: threads, observer: observer)
      origin = .sampled(try Self.sampledShares(in: results.checkpointsPath))
    }
    let trajectory = try trajectory(
      of: origin.checkpoint?.share ?? 0..<configuration.islands, in: .results(results),
      from: origin.checkpoint, folder: results.path, monitor: observer)
    let result = try configuration.locating {
      try sample(into: results, from: origin, observer: trajectory ?? (observer as any RunObserver))
    }
    // From here on the end is near, and nobody else looks.
    func goOn() throws {
      if observer.endsRun { throw RunError.cancelled(step: result.steps) }
    }
    try trajectory?.finish()
    try goOn()
    let files = RunFiles(result, of: configuration, plan: plan)
    try goOn()
    let notes = try results.write(
      files, configuration.exports, hasTrajectory: trajectory != nil, isPart: configuration.part != nil,
      keepsExtras: keepsExtras)
    host.report(notes + lines(Array(result.warnings.dropFirst(plan.warnings.count))))
    // The results are on the disk now: neither a fault nor the end of the process in what follows takes them away.
    if let page = host.page { addReport(page, on: files, to: results, for: host) }
    return FinishedRun(files: files, warnings: RunSummary.warnings(result, of: configuration))
  }

  /// Samples without a folder: what its files would hold stays in memory.
  ///
  /// - Parameter host: The program that the run is part of.
  /// - Throws: `RunError`.
  package func sample(for host: RunHost, observer: any RunObserver) throws -> FinishedRun {
    let trajectory = plan.trajectory.map { RecordedTrajectory($0, monitor: observer) }
    let result = try configuration.locating {
      try configuration.sampler.run(
        particles: configuration.particles, islands: configuration.islands, seed: configuration.seed,
        threads: threads, observer: trajectory ?? observer)
    }
    host.report(lines(Array(result.warnings.dropFirst(plan.warnings.count))))
    return FinishedRun(
      files: RunFiles(result, of: configuration, plan: plan),
      warnings: RunSummary.warnings(result, of: configuration), trajectory: trajectory?.arrays)
  }

  private func sample(
    into results: ResultFolder, from origin: Origin, observer: any RunObserver
  ) throws -> RunResult {
    let sampler = configuration.sampler
    if case .parts(let parts) = origin { return try parts.join(sampler, threads: threads, monitor: observer) }
    if case .sampled(let states) = origin {
      return try sampler.join(states, threads: threads, observer: nil, trajectory: nil)
    }
    let rule = rule(in: results.path)
    if let part = configuration.part {
      return try sampler.samplePart(
        part, particles: configuration.particles, islands: configuration.islands, seed: configuration.seed,
        threads: threads, observer: observer, checkpoints: rule, from: origin.checkpoint
      ) { run in
        try results.writePart { try run.writePart($0, shownAs: $1, of: part, identity: identity) }
      }
    }
    if let checkpoint = origin.checkpoint {
      return try sampler.run(from: checkpoint, threads: threads, observer: observer, checkpoints: rule)
    }
    return try sampler.run(
      particles: configuration.particles, islands: configuration.islands, seed: configuration.seed,
      threads: threads, observer: observer, checkpoints: rule)
  }

  /// The end of a run whose islands several processes have sampled.
  private static func sampledShares(in folder: String) throws(FileError) -> Checkpoint {
    let (states, problems) = Checkpoint.newest(in: folder)
    guard let states, states.step == states.steps else {
      throw problems.first ?? FileError(.missing, folder, "has not the state of all processes")
    }
    return states
  }

  private func rule(in folder: String) -> CheckpointRule {
    var rule = CheckpointRule(
      folder: ResultFolder.checkpointsPath(in: folder), interval: configuration.checkpointInterval,
      identity: checkpointIdentity)
    // All files that it was found with are in the identity by their sums.
    rule.hasNotes = true
    return rule
  }

  /// Samples the islands of this process, and leaves their state in the folder of the first process.
  ///
  /// - Parameter checkpoint: Where all processes go on from; nil for the start.
  /// - Throws: As a run; `RankError` where another process has ended.
  package func sampleShare(
    _ ranks: any RankGroup, in folder: String, from checkpoint: Checkpoint?, threads: Int?,
    observer: any RunObserver
  ) throws {
    if let checkpoint, checkpoint.step == checkpoint.steps { return }
    // A process that has all islands goes on with the files of a run without others.
    let names = TrajectoryFiles.names(of: ranks.share.count == configuration.islands ? nil : ranks.share)
    let checkpoints = try CheckpointFolder(making: ResultFolder.checkpointsPath(in: folder))
    let trajectory = try trajectory(
      of: ranks.share, in: .share(ranks.share, checkpoints, names: names), from: checkpoint, folder: folder,
      monitor: observer)
    try configuration.locating {
      try configuration.sampler.sampleShare(
        ranks, particles: configuration.particles, islands: configuration.islands, seed: configuration.seed,
        threads: threads, observer: trajectory ?? (observer as any RunObserver),
        checkpoints: rule(in: folder),
        from: checkpoint)
    }
  }

  /// How many islands there are, and how many have to stay together in one process.
  package var islands: (count: Int, unit: Int) { (configuration.islands, plan.islandUnit) }

  /// Where its checkpoints are in a folder.
  package static func checkpoint(number: Int, in folder: String) throws(FileError) -> Checkpoint {
    try Checkpoint(number: number, in: ResultFolder.checkpointsPath(in: folder))
  }

  /// Where there cannot be one, a word on standard error says so.
  private func addReport(
    _ page: RunHost.Page, on files: RunFiles, to results: ResultFolder, for host: RunHost
  ) {
    do { try results.add(report: page(results.path, files)) } catch {
      host.report(
        ["fkc: \(results.path): the results are whole, and no report was written"]
          + (CommandFailure(error)?.lines ?? []))
    }
  }
}
