/// The program that runs are part of: it shows what they say, may be asked to end, and writes reports on them.
package struct RunHost: Sendable {
  /// Makes a report of a run's folder and the files in it.
  package typealias Page = @Sendable (_ folder: String, _ files: RunFiles) throws -> [UInt8]

  /// Shows lines to the user.
  package let report: @Sendable ([String]) -> Void
  /// Whether somebody asked the program to end.
  let isInterrupted: @Sendable () -> Bool
  /// The maker of reports; nil where none are wanted.
  let page: Page?

  package init(
    report: @escaping @Sendable ([String]) -> Void, isInterrupted: @escaping @Sendable () -> Bool, page: Page?
  ) {
    self.report = report
    self.isInterrupted = isInterrupted
    self.page = page
  }
}
