/// The end of a command that could not do its work: lines for standard error and a status.
package struct CommandFailure: Error {
  package let status: ExitStatus
  package let lines: [String]

  package init(_ status: ExitStatus, _ lines: [String]) {
    self.status = status
    self.lines = lines
  }

  package init(_ status: ExitStatus, _ line: String) { self.init(status, ["fkc: " + line]) }

  /// The failure in one line, for tables.
  package var sentence: String {
    lines.map { $0.hasPrefix("fkc: ") ? String($0.dropFirst(5)) : $0 }.joined(separator: "; ")
  }
}
