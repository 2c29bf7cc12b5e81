import ArgumentParser
import RunConfigurations

/// `fkc sweep`: a grid of runs in one folder, and tables of what they found.
struct Sweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run configs over a grid of settings and seeds; prints the paths of the tables.",
    discussion: """
      Every combination of a config, a value of each --set and a seed is one run, in a folder of its own below \
      --output, such as colder/inverse_temperature=2/seed=3. All are checked before the first starts. A run that is \
      there already is not run again, so an interrupted sweep goes on when it is called again; a folder with a run of \
      another config is refused unless --overwrite is given.

      sweep.csv has a row for each run: its config, settings and seed, every scalar of its summary.json, and those of \
      its metrics.json, a JSON object of numbers that a script may put into a run's folder before the same sweep is \
      called again to collect it. table.csv has a row for each combination, with mean and standard deviation over \
      the seeds (where they differ), and sweep.json all of it, with standard errors and counts; report.html draws log Z against \
      each setting. The last columns of sweep.csv \
      (\(RunSummary.machineFigures.joined(separator: ", "))) come from the clock and the machine; everything else is \
      the same for the same seeds, and only that has means.

      A run that fails numerically has its error in the tables and does not stop the others; the sweep then ends with 70, \
      and its next call tries the run again.
      """)

  @Argument(help: "Configs, YAML files. Each is called by its file's name without the ending.")
  var configs: [String]

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Values of a setting, such as sampler.steps=100,200; commas in brackets, braces and quotations belong to a value.",
      valueName: "path=a,b,…"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("Seeds, such as 0-4 or 1,5,9-12.", valueName: "seeds"))
  var seeds: String

  @Option(help: ArgumentHelp("The folder of the runs and the tables.", valueName: "dir"))
  var output: String

  @Flag(help: "Run again what differs from its cell's config; what is as it should be stays.")
  var overwrite = false

  @Flag(help: "Check everything and print what would be run, and run nothing.")
  var dryRun = false

  @Flag(help: "End with 70 where a run is doubtful; all are run and written all the same.")
  var strict = false

  @Flag(help: "Write no report.html, neither of the runs nor of the sweep; fkc report makes them later.")
  var noReport = false

  @OptionGroup var programs: ProgramsOption

  @OptionGroup var threadsOption: ThreadsOption

  @Option(
    help: "What standard error shows of the runs: \(ProgressMode.allValueStrings.joined(separator: ", ")).")
  var progress: ProgressMode = .auto

  func validate() throws {
    try OutputPath.validate(output)
    _ = try grid()
  }

  private func grid() throws -> SweepGrid {
    let axes = try settings.map { text in try explaining("--set \(text): ") { try SweepAxis(text) } }
    let numbers = try explaining("--seeds \(seeds): ") {
      try SeedList.seeds(seeds, limit: SweepGrid.largestCount)
    }
    return try explaining("") { try SweepGrid(configs: configs, axes: axes, seeds: numbers) }
  }

  private func explaining<Value>(_ place: String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let fault as ValueList.Fault {
      throw ValidationError(place + fault.problem)
    }
  }

  func run() throws {
    let grid = try grid()
    Interruption.endAtOnce(saying: "fkc: interrupted before the start; nothing was run\n")
    let configurations = SweepConfigurations(
      grid, threads: threadsOption.threads, programs: dryRun ? .withheld : programs.consent,
      isInterrupted: { Interruption.isRequested })
    let plan = try SweepPlan(grid, output: output, overwrite: overwrite, from: configurations)
    if dryRun {
      StandardStreams.report(plan.unchecked)
      return try StandardStreams.print(Self.preview(plan))
    }
    StandardStreams.report(plan.warnings)
    Interruption.hold()
    let runner = SweepRunner(
      plan: plan, configurations: configurations, overwrite: overwrite,
      host: .program(writesReports: !noReport),
      progress: SweepProgress(progress, count: grid.cells.count, work: plan.work))
    let outcomes = try runner.run()
    let tables = try SweepTables(plan, outcomes: outcomes)
    try tables.write(to: output, isInterrupted: { Interruption.isRequested })
    ReportRuns.settleSweep(output, writes: !noReport)
    try StandardStreams.print(
      path: SweepTables.names.map { "\(output)/\($0)" }.joined(separator: "\n"),
      outcome: "the tables are in \(output)")
    let doubtful = tables.doubtful
    if !doubtful.isEmpty {
      StandardStreams.report(["fkc: \(doubtful.count) of \(outcomes.count) runs are doubtful:"] + doubtful)
    }
    try Self.reportFailures(outcomes, of: grid)
    if strict, !doubtful.isEmpty {
      throw CommandFailure(
        .numericalFailure, "--strict: \(doubtful.count) of \(outcomes.count) runs are doubtful")
    }
  }

  /// A line a cell.
  private static func preview(_ plan: SweepPlan) -> String {
    zip(plan.grid.cells, plan.stored).map { cell, stored in
      let deed =
        switch stored {
        case .missing, .unfinished: "run"
        case .whole: "keep"
        case .different: "run again"
        }
      return "\(deed)  \(plan.folder(of: cell))"
    }.joined(separator: "\n")
  }

  private static func reportFailures(_ outcomes: [SweepRunner.Outcome], of grid: SweepGrid) throws {
    let lines = zip(grid.cells, outcomes).compactMap { cell, outcome in
      if case .failed(let reason) = outcome { "\(cell.folder): \(reason)" } else { nil }
    }
    guard !lines.isEmpty else { return }
    throw CommandFailure(
      .numericalFailure, ["fkc: \(lines.count) of \(outcomes.count) runs failed:"] + lines)
  }
}
