/// A model in a process of its own that cannot be used, or not any longer.
public enum ProgramNetworkError: Error, Equatable, CustomStringConvertible {
  /// What it was doing.
  public enum Phase: Sendable, Equatable {
    /// The time between its start and its hello.
    case starting
    /// The time between a request and the end of its answer.
    case answering
  }

  /// How a program ended.
  public enum Ending: Sendable, Equatable {
    /// The program ended by itself, with this exit status.
    case status(Int)
    /// The program was ended by this signal.
    case signal(Int)
    /// It runs on, but nothing more can come from it.
    case closedOutput
  }

  /// The folder that it is to work in cannot be entered.
  case folderMissing(folder: String, reason: String)
  /// The program does not exist, or the system refuses to start it.
  case notStarted(command: String, reason: String)
  /// It ended; with the last lines of its standard error.
  case ended(command: String, Ending, Phase, standardError: [String])
  /// It took longer than the limit.
  case tooSlow(command: String, seconds: Double, Phase)
  /// What came was not of the protocol; `found` is how it began.
  case notProtocol(command: String, Phase, found: String)
  /// It speaks another version of the protocol.
  case otherVersion(command: String, found: Int, expected: Int)
  /// It is for rows of another length.
  case otherDimensions(command: String, found: Int, expected: Int)
  /// It is for conditions of another length.
  case otherConditions(command: String, found: Int, expected: Int)
  /// It answered for other `[parts, rows, dimensions]`.
  case otherShape(command: String, found: [Int], expected: [Int])
  /// It said itself what went wrong.
  case reported(command: String, String)
  /// Nobody waits for it any longer.
  case cancelled(command: String)

  /// What to do where a program only needs its time.
  package static let advice = "raise `timeLimit` if it needs longer"

  /// What happened and what to try, in one sentence without a full stop.
  public var description: String {
    switch self {
    case .folderMissing(let folder, let reason): return "'\(folder)': \(reason)"
    case .notStarted(let command, let reason): return "'\(command)' cannot be started: \(reason)"
    case .ended(let command, let ending, let phase, let lines):
      let how =
        switch ending {
        case .status(let status): "ended with status \(status)"
        case .signal(let signal): "was ended by signal \(signal)"
        case .closedOutput: "closed its standard output"
        }
      let moment = phase == .starting ? "before it was ready" : "before it had answered"
      let words = lines.isEmpty ? "" : "; the end of its standard error: \(lines.joined(separator: " / "))"
      return "'\(command)' \(how) \(moment)\(words)"
    case .tooSlow(let command, let seconds, let phase):
      let what = phase == .starting ? "was not ready" : "did not answer"
      return "'\(command)' \(what) within \(seconds) seconds; \(Self.advice)"
    case .notProtocol(let command, let phase, let found):
      let place = phase == .starting ? "its hello" : "an answer"
      return "'\(command)' sent '\(found)' in place of \(place)"
        + "; nothing but the protocol may be written to its standard output"
    case .otherVersion(let command, let found, let expected):
      return "'\(command)' speaks version \(found) of the protocol; version \(expected) is needed"
    case .otherDimensions(let command, let found, let expected):
      return "'\(command)' answers for \(found) dimensions, not for \(expected)"
    case .otherConditions(let command, let found, let expected):
      return "'\(command)' takes conditions of \(found) numbers, not of \(expected)"
    case .otherShape(let command, let found, let expected):
      return "'\(command)' answered with shape \(found); it was asked for \(expected)"
    case .reported(let command, let message): return "'\(command)' reported: \(message)"
    case .cancelled(let command): return "'\(command)' was not waited for: interrupted"
    }
  }

  /// Whether the program can be asked again.
  var leavesItUsable: Bool { if case .reported = self { true } else { false } }
}
