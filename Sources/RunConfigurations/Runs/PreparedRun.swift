import FeynmanKac

/// A config whose plan holds, ready to be sampled into a folder.
package struct PreparedRun {
  let configuration: RunConfiguration
  let plan: Sampler.Plan
  private let threads: Int?

  /// - Throws: `ConfigurationFaults` at the setting that cannot work, `CommandFailure` where the machine has not the memory.
  package init(_ configuration: RunConfiguration, threads: Int?) throws {
    self.configuration = configuration
    self.threads = threads
    plan = try configuration.plan(threads: threads)
    try MemoryNeed(plan, of: configuration).check()
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

  /// What tells the checkpoints of this run from others'.
  var identity: String { SettingText.yaml(resolved) }

  /// What only a run can tell, a line each, with the config's name.
  var unchecked: [String] { configuration.unchecked.map { "\(configuration.file): not checked: \($0)" } }

  /// What is known before the run, a line each, with the config's name.
  package var warnings: [String] { lines(configuration.warnings + plan.warnings) }

  private func lines(_ warnings: [RunWarning]) -> [String] {
    warnings.map { "\(configuration.file): \($0.isDoubt ? "doubtful" : "warning"): \($0.text)" }
  }

  /// The sizes in bytes of the arrays that it will write.
  package var resultSizes: [Int] { ResultSizes.bytes(plan, particles: configuration.particles) }

  /// Samples and puts the results into their folder, and then a report on them; says what the run showed.
  ///
  /// - Parameters:
  ///   - host: The program that the run is part of.
  ///   - keepsExtras: The folder's metrics and pictures are of this very run.
  ///   - checkpoint: Where the run goes on from; nil for its start.
  /// - Returns: Everything that there is to warn of.
  /// - Throws: `RunError` and `FileError`; the folder is then as it was.
  package func sample(
    into results: ResultFolder, for host: RunHost, keepsExtras: Bool = false,
    from checkpoint: Checkpoint? = nil,
    observer: some RunObserver
  ) throws -> [RunWarning] {
    let rows = checkpoint.map { checkpoint in
      (configuration.sampler.trajectory?.everySteps).map { checkpoint.step / $0 + 1 } ?? 0
    }
    let trajectory = try plan.trajectory.map { shape throws(FileError) in
      try TrajectoryFiles(shape, in: results, after: rows ?? 0, monitor: observer)
    }
    let result = try configuration.locating {
      let watching = trajectory ?? (observer as any RunObserver)
      let rule = CheckpointRule(
        folder: results.checkpointsPath, interval: configuration.checkpointInterval, identity: identity)
      if let checkpoint {
        return try configuration.sampler.run(
          from: checkpoint, threads: threads, observer: watching, checkpoints: rule)
      }
      return try configuration.sampler.run(
        particles: configuration.particles, islands: configuration.islands, seed: configuration.seed,
        threads: threads, observer: watching, checkpoints: rule)
    }
    // From here on the end is near, and nobody else looks.
    func goOn() throws {
      if observer.endsRun { throw RunError.cancelled(step: result.steps) }
    }
    try trajectory?.finish()
    try goOn()
    let files = RunFiles(result, of: configuration, plan: plan)
    try goOn()
    let notes = try results.write(files, hasTrajectory: trajectory != nil, keepsExtras: keepsExtras)
    host.report(notes + lines(Array(result.warnings.dropFirst(plan.warnings.count))))
    // The results are on the disk now: neither a fault nor the end of the process in what follows takes them away.
    if let page = host.page { addReport(page, on: files, to: results, for: host) }
    return RunSummary.warnings(result, of: configuration)
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
