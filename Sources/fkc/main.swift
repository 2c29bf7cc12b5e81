import ArgumentParser
import FeynmanKac
import RunConfigurations

StandardStreams.prepare()
MemoryExhaustion.watch()
do {
  try Arguments.check()
  var command = try FKC.parseAsRoot()
  if let fault = Platform.kernelFault { throw CommandFailure(.usage, fault.description) }
  try command.run()
} catch {
  if let failure = CommandFailure(error) { Launched.end(failure, of: nil) }
  if let error = error as? RankError { Launched.end(nil, of: error) }
  // Usage errors, --help and --version.
  let message = FKC.fullMessage(for: error)
  let code = FKC.exitCode(for: error)
  guard code.isSuccess else {
    StandardStreams.report([message])
    FKC.exit(withError: code)
  }
  do { try StandardStreams.print(message) } catch {
    StandardStreams.report(CommandFailure(error)?.lines ?? [])
    exitProcess(.cannotWrite)
  }
}
