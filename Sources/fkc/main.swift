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
  let status = FKC.exitCode(for: error)
  let text = FKC.fullMessage(for: error)
  if status.isSuccess {
    do { try StandardStreams.print(text) } catch {
      StandardStreams.report(CommandFailure(error)?.lines ?? [])
      exitProcess(.cannotWrite)
    }
  } else {
    StandardStreams.report([text])
  }
  FKC.exit(withError: ExitCode(status.rawValue))
}
