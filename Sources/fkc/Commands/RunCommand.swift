import ArgumentParser
import FeynmanKac
import RunConfigurations

/// `fkc run`: samples a config's target into a folder.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sample a config's target; prints the path of the folder with the results.")

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var programs: ProgramsOption

  @Option(help: ArgumentHelp("The folder of the results, in place of the config's.", valueName: "dir"))
  var output: String?

  @Flag(help: "Replace the results in a folder that holds some; they stay until the new ones are whole.")
  var overwrite = false

  @Flag(
    help:
      "Go on from the last checkpoint in the folder, to the same bytes; from the start where there is none, and a finished run stays as it is."
  )
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Write a checkpoint after so long, such as 55m, and end with 75, for --resume to go on.",
      valueName: "time"))
  var stopAfter: TimeSpan?

  @Flag(help: "End with 70 where the result is doubtful; it is written all the same.")
  var strict = false

  @Flag(help: "Write no report.html; fkc report makes it later.")
  var noReport = false

  @Option(
    help: "What standard error shows of a run: \(ProgressMode.allValueStrings.joined(separator: ", ")).")
  var progress: ProgressMode = .auto

  func validate() throws { try OutputPath.validate(output) }

  func run() throws {
    let deadline = stopAfter.map { ContinuousClock().now + .seconds($0.seconds) }
    Interruption.endAtOnce(saying: "fkc: interrupted before the start; nothing was written\n")
    let configuration = try options.load(programs: programs.consent)
    let prepared = try PreparedRun(configuration, threads: options.threads)
    let directory = try output ?? configuration.resultsFolder()
    if resume, !overwrite, try prepared.isWhole(in: directory) {
      ResultFolder.tidy(directory)
      return try StandardStreams.print(path: directory, outcome: "the results are in \(directory)")
    }
    if overwrite { try RunInputs.check(configuration, areNotIn: directory) }
    Interruption.hold()
    let results = try ResultFolder(
      path: directory, overwrite: overwrite, sizes: prepared.resultSizes,
      checkpoints: resume ? .kept : overwrite ? .removed : .refused)
    defer { results.discard() }
    let (checkpoint, notes) =
      resume ? try prepared.checkpoint(in: results, orElse: overwrite ? .begins : .refuses) : (nil, [])
    StandardStreams.report(notes)

    let run = prepared.askingNetworks()
    StandardStreams.report(run.warnings)
    let monitor = RunMonitor(progress, particles: configuration.particles, deadline: deadline)
    let warnings: [RunWarning]
    do {
      warnings = try run.sample(
        into: results, for: .program(writesReports: !noReport), from: checkpoint, observer: monitor)
    } catch RunError.cancelled(let step) {
      throw CommandFailure(.interrupted, results.interruption(at: step))
    }
    Interruption.endAtOnce(saying: "fkc: interrupted after the end; the results are whole\n")
    try StandardStreams.print(path: directory, outcome: "the results are in \(directory)")
    let doubts = warnings.filter(\.isDoubt).map(\.code.rawValue)
    guard !doubts.isEmpty else { return }
    let line = "the result in \(directory) is doubtful: \(doubts.joined(separator: ", "))"
    if strict { throw CommandFailure(.numericalFailure, line) }
    StandardStreams.report(["fkc: \(line)"])
  }
}
