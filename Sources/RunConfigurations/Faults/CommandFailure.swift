import FeynmanKac

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

  /// What an error means to the shell; nil where it is one of the argument parser.
  package init?(_ error: any Error) {
    switch error {
    case let error as CommandFailure: self = error
    case let error as ConfigurationFaults: self.init(error.status, error.lines)
    case let error as FileError: self.init(Self.status(error.kind), error.description)
    case let error as ResourceError: self.init(.badData, error.description)
    case let error as SetupError: self.init(.badData, error.description)
    case RunError.cancelled(let step):
      self.init(.interrupted, "interrupted at step \(step); nothing was written")
    case let error as RunError: self.init(.numericalFailure, error.description)
    default: return nil
    }
  }

  private static func status(_ kind: FileError.Kind) -> ExitStatus {
    switch kind {
    case .missing: .missingInput
    case .malformed: .badData
    case .unwritable, .busy: .cannotWrite
    }
  }
}
