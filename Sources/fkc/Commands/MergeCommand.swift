import ArgumentParser
import FeynmanKac
import RunConfigurations

/// `fkc merge`: makes one run of several.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make one run of several; prints the path of the folder with the results.",
    discussion: """
      Folders of 'fkc run CONFIG --islands RANGE' become the run of all islands, to the byte. Islands that are missing or \
      in two folders are refused. Runs of one config with different seeds become one: log Z by the mean of their Ẑ, with \
      its error, and weights that carry it.
      """)

  @Argument(help: "Folders of parts of one run, or of runs of different seeds.")
  var folders: [String]

  @OptionGroup var threadsOption: ThreadsOption

  @OptionGroup var programs: ProgramsOption

  @Option(help: ArgumentHelp("The folder of the results.", valueName: "dir"))
  var output: String

  @Flag(help: "Replace the results in a folder that holds some; they stay until the new ones are whole.")
  var overwrite = false

  @Flag(help: "End with 70 where the result is doubtful; it is written all the same.")
  var strict = false

  @Flag(help: "Write no report.html; fkc report makes it later.")
  var noReport = false

  func validate() throws {
    try OutputPath.validate(output)
    guard !folders.contains("") else { throw ValidationError("A folder's path is empty.") }
  }

  func run() throws {
    Interruption.endAtOnce(saying: "fkc: interrupted before the start; nothing was written\n")
    try OutputPath.check(output, isNoneOf: folders)
    let areParts = folders.map { PartFolders.isPart($0) }
    if areParts.contains(true), let other = areParts.firstIndex(of: false) {
      throw CommandFailure(
        .badData,
        "\(folders[other]) holds no \(ResultFolder.partName), as others do; give parts of one run, or runs of different seeds"
      )
    }
    let warnings = areParts[0] ? try mergeParts() : try mergeSeeds()
    Interruption.endAtOnce(saying: "fkc: interrupted after the end; the results are whole\n")
    try StandardStreams.print(path: output, outcome: "the results are in \(output)")
    try Doubts.report(warnings, of: output, strict: strict)
  }

  private func results(sizes: [Int]) throws(FileError) -> ResultFolder {
    Interruption.hold()
    return try ResultFolder(
      path: output, overwrite: overwrite, sizes: sizes, checkpoints: overwrite ? .removed : .refused)
  }

  private func mergeParts() throws -> [RunWarning] {
    let parts = try PartFolders(folders)
    let configuration = try RunConfiguration(
      file: parts.config, overrides: [], programs: programs.consent,
      loaded: LoadedModels(isCancelled: { Interruption.isRequested }))
    let prepared = try PreparedRun(configuration, threads: threadsOption.threads)
    try parts.check(prepared)
    if overwrite { try RunInputs.check(configuration, areNotIn: output) }
    let results = try results(sizes: prepared.resultSizes)
    defer { results.discard() }
    return try prepared.askingNetworks().sample(
      into: results, for: .program(writesReports: !noReport), from: .parts(parts), observer: MergeMonitor()
    ).warnings
  }

  private func mergeSeeds() throws -> [RunWarning] {
    let runs = try SeedRuns(folders)
    let results = try results(sizes: runs.resultSizes)
    defer { results.discard() }
    return try runs.write(into: results, for: .program(writesReports: !noReport))
  }
}

/// Ends a merge when the process is asked to end.
private final class MergeMonitor: RunObserver {
  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { !endsRun }
  var endsRun: Bool { Interruption.isRequested }
}
