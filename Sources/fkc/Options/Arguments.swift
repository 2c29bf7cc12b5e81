import RunConfigurations

/// What the shell handed over, before it was made into text.
enum Arguments {
  /// Bytes that are no UTF-8 would be replaced, and the path be another than the one that was meant.
  ///
  /// - Throws: `CommandFailure`, usage.
  static func check() throws {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = CommandLine.unsafeArgv[index] else { continue }
      guard String(validatingCString: argument) != nil else {
        throw CommandFailure(
          .usage, "argument \(index), '\(String(cString: argument))', is not UTF-8; give paths in UTF-8")
      }
    }
  }
}
