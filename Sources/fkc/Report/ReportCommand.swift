import ArgumentParser
import FeynmanKac

/// `fkc report`: writes the report of finished runs from their files.
struct ReportRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of result folders, one HTML file that opens offline; prints its path.",
    discussion: """
      One folder gets its report.html again, with pictures/*.svg, their captions pictures/*.txt and the figures of \
      metrics.json, where there are any. Several folders are compared side by side.
      """)

  @Argument(help: "Folders with results, up to \(Chart.colorCount).")
  var folders: [String]

  @Option(
    help: ArgumentHelp(
      "The file to write; by default report.html in a single folder, else comparison.html here.",
      valueName: "file"))
  var output: String?

  func validate() throws {
    guard folders.count <= Chart.colorCount else {
      throw ValidationError(
        "\(folders.count) folders; give up to \(Chart.colorCount), which colours can tell apart.")
    }
  }

  func run() throws {
    let records = try folders.map { try RunRecord(folder: $0) }
    let path = output ?? (folders.count == 1 ? "\(folders[0])/\(ResultFolder.reportName)" : "comparison.html")
    let bytes = Report(records).page.bytes
    try Interruption.finishing(writing: path) { try FileBytes.replace(path, with: bytes) }
    try StandardStreams.print(path, outcome: "the report is in \(path)")
  }
}
