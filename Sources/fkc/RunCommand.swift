import ArgumentParser
import FeynmanKac

/// `fkc run`: samples a config's target into a folder.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sample a config's target; prints the path of the folder with the results.")

  @OptionGroup var options: ConfigurationOptions

  @Option(help: ArgumentHelp("The folder of the results, in place of the config's.", valueName: "dir"))
  var output: String?

  @Flag(help: "Replace the results in a folder that holds some; they stay until the new ones are whole.")
  var overwrite = false

  @Flag(help: "Go on from the last checkpoint.")
  var resume = false

  @Flag(help: "Write no report.html; fkc report makes it later.")
  var noReport = false

  @Option(
    help: "What standard error shows of a run: \(ProgressMode.allValueStrings.joined(separator: ", ")).")
  var progress: ProgressMode = .auto

  func run() throws {
    guard !resume else {
      throw CommandFailure(.usage, "--resume: checkpoints are not available yet; run without it")
    }
    let configuration = try options.load()
    let plan = try configuration.plan(threads: options.threads)
    let directory = try directory(of: configuration)
    let results = try ResultFolder(path: directory, overwrite: overwrite)
    defer { results.discard() }
    StandardStreams.report(
      (configuration.warnings + plan.warnings).map { "\(options.config): warning: \($0)" })

    Interruption.watch()
    let monitor = RunMonitor(progress, particles: configuration.particles)
    let result = try configuration.locating {
      try configuration.sampler.run(
        particles: configuration.particles, islands: configuration.islands, seed: configuration.seed,
        threads: options.threads, observer: monitor)
    }
    let files = RunRecord.Files(result, of: configuration, plan: plan)
    try results.write(files, report: noReport ? nil : report(of: files, in: directory))
    try StandardStreams.print(directory)
  }

  /// Nil, and a word on standard error, where there cannot be one: results are never lost to their report.
  private func report(of files: RunRecord.Files, in directory: String) -> [UInt8]? {
    do { return Report([try RunRecord(folder: directory, files)]).page.bytes } catch {
      StandardStreams.report(["fkc: no report was written"] + (CommandFailure(error)?.lines ?? []))
      return nil
    }
  }

  private func directory(of configuration: RunConfiguration) throws -> String {
    if let output { return output }
    if let path = configuration.settings["output"]?["directory"]?.text {
      return FilePaths.joined(path, to: FilePaths.folder(of: options.config))
    }
    let path = SettingPath("output.directory")
    throw ConfigurationFaults(
      file: options.config,
      [
        ConfigurationFault(
          origin: configuration.tree.origin(of: path), path: path,
          problem: "missing; give the path of a folder, here or by --output")
      ])
  }
}
