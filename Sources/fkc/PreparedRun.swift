import FeynmanKac

/// A config whose plan holds, ready to be sampled into a folder.
struct PreparedRun {
  let configuration: RunConfiguration
  let plan: Sampler.Plan
  private let threads: Int?

  /// - Throws: `ConfigurationFaults` at the setting that cannot work.
  init(_ configuration: RunConfiguration, threads: Int?) throws {
    self.configuration = configuration
    self.threads = threads
    plan = try configuration.plan(threads: threads)
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

  /// What the folder's `config.yaml` will say.
  var resolved: Setting { configuration.resolved(start: plan.start) }

  /// What is known before the run, a line each, with the config's name.
  var warnings: [String] { lines(configuration.warnings + plan.warnings) }

  private func lines(_ warnings: [RunWarning]) -> [String] {
    warnings.map { "\(configuration.file): \($0.isDoubt ? "doubtful" : "warning"): \($0.sentence)" }
  }

  /// Samples and puts the results, and a report on them, into their folder; says on standard error what the run showed.
  ///
  /// - Returns: Everything that there is to warn of.
  /// - Throws: `RunError` and `FileError`; the folder is then as it was.
  func sample(
    into results: ResultFolder, writesReport: Bool, observer: some RunObserver
  ) throws -> [RunWarning] {
    let trajectory = try plan.trajectory.map { shape throws(FileError) in
      try TrajectoryFiles(shape, in: results, monitor: observer)
    }
    let result = try configuration.locating {
      try configuration.sampler.run(
        particles: configuration.particles, islands: configuration.islands, seed: configuration.seed,
        threads: threads, observer: trajectory ?? (observer as any RunObserver))
    }
    try trajectory?.finish()
    var files = RunRecord.Files(result, of: configuration, plan: plan)
    let report = writesReport ? report(of: files, in: results.path) : nil
    // The last of the figures: the report has been made, and writing needs no more.
    files.summary = RunSummary.json(result, of: configuration, plan: plan).encoded() + "\n"
    try results.write(files, report: report, hasTrajectory: trajectory != nil)
    StandardStreams.report(lines(Array(result.warnings.dropFirst(plan.warnings.count))))
    return RunSummary.warnings(result, of: configuration)
  }

  /// Nil, and a word on standard error, where there cannot be one: results are never lost to their report.
  private func report(of files: RunRecord.Files, in directory: String) -> [UInt8]? {
    do { return Report([try RunRecord(folder: directory, files)]).page.bytes } catch {
      StandardStreams.report(["fkc: no report was written"] + (CommandFailure(error)?.lines ?? []))
      return nil
    }
  }
}
