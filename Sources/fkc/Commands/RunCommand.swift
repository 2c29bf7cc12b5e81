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

  @Flag(help: "Go on from the last checkpoint.")
  var resume = false

  @Flag(help: "End with 70 where the result is doubtful; it is written all the same.")
  var strict = false

  @Flag(help: "Write no report.html; fkc report makes it later.")
  var noReport = false

  @Option(
    help: "What standard error shows of a run: \(ProgressMode.allValueStrings.joined(separator: ", ")).")
  var progress: ProgressMode = .auto

  func validate() throws { try OutputPath.validate(output) }

  func run() throws {
    guard !resume else {
      throw CommandFailure(.usage, "--resume: checkpoints are not available yet; run without it")
    }
    Interruption.endAtOnce(saying: "fkc: interrupted before the start; nothing was written\n")
    let configuration = try options.load(programs: programs.consent)
    let prepared = try PreparedRun(configuration, threads: options.threads)
    let directory = try output ?? configuration.resultsFolder()
    if overwrite { try RunInputs.check(configuration, areNotIn: directory) }
    Interruption.hold()
    let results = try ResultFolder(path: directory, overwrite: overwrite, sizes: prepared.resultSizes)
    defer { results.discard() }

    let run = prepared.askingNetworks()
    StandardStreams.report(run.warnings)
    let monitor = RunMonitor(progress, particles: configuration.particles)
    let warnings = try run.sample(
      into: results, for: .program(writesReports: !noReport), observer: monitor)
    Interruption.endAtOnce(saying: "fkc: interrupted after the end; the results are whole\n")
    try StandardStreams.print(path: directory, outcome: "the results are in \(directory)")
    let doubts = warnings.filter(\.isDoubt).map(\.code.rawValue)
    guard !doubts.isEmpty else { return }
    let line = "the result in \(directory) is doubtful: \(doubts.joined(separator: ", "))"
    if strict { throw CommandFailure(.numericalFailure, line) }
    StandardStreams.report(["fkc: \(line)"])
  }
}
