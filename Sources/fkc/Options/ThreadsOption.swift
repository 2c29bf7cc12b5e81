import ArgumentParser

/// How many threads a command may use.
struct ThreadsOption: ParsableArguments {
  @Option(help: "Threads to use; all cores by default. Results do not depend on it.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads \(threads): give a whole number of at least 1")
    }
  }
}
