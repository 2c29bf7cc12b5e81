import Foundation
import Testing

/// What remains of a run that is ended from outside.
@Suite struct InterruptionTests {
  /// Long enough not to end by itself before it is asked to.
  private static let long = TinyConfig.text([2: "particles: 20000", 10: "sampler: {steps: 100000}"])

  /// Starts a long run and waits until its folder shows that sampling is about to begin.
  private func startLongRun(_ program: CommandLineProgram) throws -> (process: Process, errors: Pipe) {
    try program.write("c.yaml", Self.long)
    let (process, _, errors) = try program.start([
      "run", "c.yaml", "--progress", "none", "--output", "new/deep",
    ])
    while process.isRunning, !program.entries().contains(where: { $0.hasPrefix("new/deep/.partial-") }) {
      usleep(10_000)
    }
    // From the folder to the handlers of signals is less than this; before them a signal ends any process.
    usleep(300_000)
    return (process, errors)
  }

  /// A run that does not end when it should is ended, and then fails its test, instead of running on for minutes.
  private func waitOrKill(_ process: Process) {
    for _ in 0..<6000 where process.isRunning { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  @Test(
    "a run ended by a signal exits with 75, says where, and leaves nothing", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let (process, errors) = try startLongRun(program)
    kill(process.processIdentifier, signal)
    waitOrKill(process)
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 75)
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(
      message.wholeMatch(of: /fkc: interrupted at step \d+; nothing was written\n/) != nil, "\(message)")
    #expect(program.entries() == ["c.yaml"])
  }

  @Test("a killed run leaves no result file, and what it leaves is swept by the next run")
  func killed() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let (process, _) = try startLongRun(program)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(
      program.entries().filter { $0.hasPrefix("new/deep/") }.allSatisfy { $0.hasPrefix("new/deep/.partial-") }
    )
    let outcome = try program.run("run", "c.yaml", "--output", "new/deep", "--set", "sampler.steps=50")
    #expect(outcome.status == 0)
    #expect(!program.entries().contains { $0.hasPrefix("new/deep/.partial-") })
  }
}
