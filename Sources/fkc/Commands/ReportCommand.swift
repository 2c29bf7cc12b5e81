import ArgumentParser
import FeynmanKac
import Libc
import RunConfigurations
import RunReport

/// `fkc report`: writes the report of finished runs from their files.
struct ReportRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of result folders, one HTML file that opens offline; prints its path.",
    discussion: """
      One folder gets its report.html again, with pictures/*.svg, their captions pictures/*.txt and the figures of \
      metrics.json, where there are any. Several folders are compared side by side. The folder of a sweep gets a page of \
      log Z against its settings.
      """)

  @Argument(help: "Folders with results, up to \(Chart.colorCount).")
  var folders: [String]

  @Option(
    help: ArgumentHelp(
      "The file to write; by default report.html in a single folder, else comparison.html here.",
      valueName: "file"))
  var output: String?

  func validate() throws {
    try OutputPath.validate(output)
    guard !folders.contains("") else { throw ValidationError("A folder's path is empty.") }
    guard folders.count <= Chart.colorCount else {
      throw ValidationError(
        "\(folders.count) folders; give up to \(Chart.colorCount), which colours can tell apart.")
    }
  }

  func run() throws {
    if let output { try OutputPath.check(output, isNoneOf: folders.flatMap(RunRecord.files)) }
    let path = output ?? (folders.count == 1 ? "\(folders[0])/\(ResultFolder.reportName)" : "comparison.html")
    if output == nil { try Self.checkIsReport(path) }
    if folders.count == 1, SweepRecord.isSweep(folders[0]) {
      try Interruption.finishing(writing: path) { try Self.writeSweep(folders[0], to: path) }
      return try Self.say(path)
    }
    let whole = try folders.map { folder throws(FileError) in try ResultFolder.whole(folder) }
    let page = Report(try folders.map { try RunRecord(folder: $0) }).page
    try Interruption.finishing(writing: path) {
      if output == nil, folders.count == 1 {
        try whole[0].add(ResultFolder.reportName, bytes: page.bytes)
      } else {
        try FileBytes.replace(path, with: page.bytes)
      }
    }
    try Self.say(path)
  }

  private static func say(_ path: String) throws {
    try StandardStreams.print(path: path, outcome: "the report is in \(path)")
  }

  private static func writeSweep(_ folder: String, to path: String) throws(FileError) {
    try FileBytes.replace(path, with: SweepReport(try SweepRecord(folder: folder)).page.bytes)
  }

  /// Puts the report of a sweep's tables into its folder; where it cannot, says so, and the tables are whole without it.
  ///
  /// - Parameter writes: False leaves none there, as an older one would be of other tables.
  static func settleSweep(_ folder: String, writes: Bool) {
    let path = "\(folder)/\(ResultFolder.reportName)"
    do throws(FileError) {
      try checkIsReport(path)
      if writes { try writeSweep(folder, to: path) } else { unlink(path) }
    } catch {
      guard writes else { return }
      StandardStreams.report(["fkc: no report: \(error)"])
    }
  }

  /// A file that nobody named is replaced only where it is a report.
  private static func checkIsReport(_ path: String) throws(FileError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path) } catch {
      if error.kind == .missing { return }
      throw FileError(.unwritable, path, error.problem)
    }
    guard String(decoding: bytes.prefix(4096), as: UTF8.self).contains(ReportPage.generator) else {
      throw FileError(.unwritable, path, "is there and is no report of fkc; give --output")
    }
  }
}
