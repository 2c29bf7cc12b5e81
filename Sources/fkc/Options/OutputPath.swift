import ArgumentParser
import FeynmanKac
import RunConfigurations

/// Checks of a path that a command is to write to.
enum OutputPath {
  /// - Throws: `ValidationError` for a path that is none.
  static func validate(_ path: String?) throws {
    if let path, path.isEmpty { throw ValidationError("--output is empty; give a path") }
  }

  /// Refuses to write over what the command reads, whatever the two are called.
  ///
  /// - Throws: `CommandFailure`, usage.
  static func check(_ path: String, isNoneOf inputs: [String]) throws {
    guard let output = FileIdentity(path: path),
      let input = inputs.first(where: { FileIdentity(path: $0) == output })
    else { return }
    let names = input == path ? input : "\(path), the same file as \(input),"
    throw CommandFailure(.usage, "--output: \(names) is read by this command; give another file")
  }
}
