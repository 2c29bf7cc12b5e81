/// How `fkc` ends.
enum ExitStatus: Int32 {
  case success = 0
  case usage = 64
  case badData = 65
  case missingInput = 66
  case unavailable = 69
  case numericalFailure = 70
  case cannotWrite = 73
  case interrupted = 75
}

/// The end of a command that could not do its work: lines for standard error and a status.
struct CommandFailure: Error {
  let status: ExitStatus
  let lines: [String]

  init(_ status: ExitStatus, _ lines: [String]) {
    self.status = status
    self.lines = lines
  }

  init(_ status: ExitStatus, _ line: String) { self.init(status, ["fkc: " + line]) }
}
