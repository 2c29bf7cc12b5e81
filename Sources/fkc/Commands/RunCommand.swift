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

  @Option(
    help: ArgumentHelp(
      "Sample these of the config's islands alone, such as 0-15, for fkc merge to join; the bytes are those that they have in the whole run.",
      valueName: "range"))
  var islands: IslandRangeOption?

  @Flag(help: "End with 70 where the result is doubtful; it is written all the same.")
  var strict = false

  @Flag(help: "Write no report.html; fkc report makes it later.")
  var noReport = false

  @Option(
    help: "What standard error shows of a run: \(ProgressMode.allValueStrings.joined(separator: ", ")).")
  var progress: ProgressMode = .auto

  func validate() throws { try OutputPath.validate(output) }

  func run() throws {
    let watch = Stopwatch()
    Interruption.endAtOnce(saying: "fkc: interrupted before the start; nothing was written\n")
    let ranks = try Launched.start()
    var configuration = try options.load(programs: programs.consent)
    if let islands { configuration = try configuration.with(part: islands.range) }
    let threads = options.threads ?? ranks.map { max(1, Processors.threadCount(nil) / $0.countHere) }
    let prepared = try PreparedRun(configuration, threads: threads)
    let directory = try output ?? configuration.resultsFolder()
    let run = OneRun(
      prepared: prepared, folder: directory, overwrite: overwrite, resume: resume, strict: strict,
      writesReport: !noReport,
      monitor: RunMonitor(
        progress, particles: prepared.sampledParticles, deadline: stopAfter?.seconds, by: watch))
    guard let ranks else { return try run.sample() }
    guard islands == nil else {
      throw CommandFailure(.usage, "--islands: the launcher's processes share all islands; leave it out")
    }
    try run.sample(with: ranks)
    ranks.end()
  }
}
