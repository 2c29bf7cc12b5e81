import FeynmanKac
import RunConfigurations

/// What a command says at its end of a result that is doubtful.
enum Doubts {
  /// - Parameter strict: A doubtful result is a failure.
  /// - Throws: `CommandFailure` then.
  static func report(_ warnings: [RunWarning], of folder: String, strict: Bool) throws {
    let doubts = warnings.filter(\.isDoubt).map(\.code.rawValue)
    guard !doubts.isEmpty else { return }
    let line = "the result in \(folder) is doubtful: \(doubts.joined(separator: ", "))"
    if strict { throw CommandFailure(.numericalFailure, line) }
    StandardStreams.report(["fkc: \(line)"])
  }
}
