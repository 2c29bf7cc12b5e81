import RunConfigurations
import RunReport

extension RunHost {
  /// This program: standard error, signals and the page of reports.
  static func program(writesReports: Bool) -> RunHost {
    RunHost(
      report: { StandardStreams.report($0) }, isInterrupted: { Interruption.isRequested },
      page: writesReports ? page : nil)
  }

  private static let page: Page = { folder, files throws in
    Report([try RunRecord(folder: folder, files)]).page.bytes
  }
}
