import ArgumentParser

/// `fkc report`: not there yet.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Rebuild the report of result folders.")

  @Argument(help: "Folders with results.")
  var folders: [String]

  func run() throws {
    throw CommandFailure(.usage, "report: reports are not available yet; read summary.json and trace.csv")
  }
}
