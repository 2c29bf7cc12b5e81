import ArgumentParser

do {
  try Arguments.check()
  var command = try FKC.parseAsRoot()
  try command.run()
} catch {
  if let failure = CommandFailure(error) {
    StandardStreams.report(failure.lines)
    exitProcess(failure.status)
  }
  // Usage errors, --help and --version.
  FKC.exit(withError: error)
}
