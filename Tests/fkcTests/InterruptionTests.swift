import FeynmanKac
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
    "a run ended by a signal exits with 75, says where, and leaves a checkpoint and nothing else",
    arguments: [SIGINT, SIGTERM, SIGHUP])
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
      message.wholeMatch(
        of:
          /fkc: interrupted at step (\d+); the checkpoint of step \1 is in new\/deep, and --resume goes on from it\n/
      )
        != nil, "\(message)")
    let checkpoint = "new/deep/.fkc-checkpoint"
    #expect(program.entries() == ["c.yaml", "new", "new/deep", checkpoint, "\(checkpoint)/state-0"])
  }

  // Seen to catch: handlers that come after the reading.
  @Test("so does one that still reads its config, from a pipe that nobody writes to")
  func reading() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    #expect(mkfifo(program.folder.path + "/c.yaml", 0o600) == 0)
    for (arguments, last) in [
      (["run", "c.yaml", "--output", "out"], "written"),
      (["sweep", "c.yaml", "--seeds", "0", "--output", "out"], "run"),
    ] {
      let (process, _, errors) = try program.start(arguments)
      // Until it waits in the opening of the pipe; before that a signal ends any process.
      usleep(300_000)
      kill(process.processIdentifier, SIGTERM)
      waitOrKill(process)
      #expect(process.terminationStatus == 75)
      let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(message == "fkc: interrupted before the start; nothing was \(last)\n")
    }
    #expect(program.entries() == ["c.yaml"])
  }

  /// Of a hundred moments some are while the file is written.
  @Test("score and report end as signals end any program, and leave no half of a file")
  func otherCommands() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text([2: "particles: 20000"]))
    try Data(NPYArray<Float>(shape: [1_000_000, 2], values: .init(repeating: 1, count: 2_000_000)).fileBytes)
      .write(to: program.folder.appendingPathComponent("x.npy"))
    #expect(try program.run("run", "c.yaml", "--progress", "none").status == 0)
    let before = program.entries()
    for (index, arguments) in [
      ["score", "c.yaml", "--model", "a", "--time", "0.5", "--input", "x.npy", "--output", "y.npy"],
      ["report", "out"],
    ].enumerated() {
      for moment in 0..<15 {
        let (process, _, _) = try program.start(arguments)
        usleep(UInt32(10_000 + 6_000 * moment))
        kill(process.processIdentifier, [SIGTERM, SIGINT, SIGHUP][(moment + index) % 3])
        waitOrKill(process)
        #expect(process.terminationReason == .uncaughtSignal || process.terminationStatus == 0)
        #expect(program.entries().filter { $0 != "y.npy" } == before)
      }
    }
  }

  @Test("what a parent ignores stays ignored: nohup")
  func ignored() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.long)
    let outcome = try program.shell(
      """
      nohup "$FKC" run c.yaml --progress none --output out 2> errors & p=$!
      sleep 0.5; kill -HUP $p; sleep 0.2; kill -0 $p && echo alive
      kill -TERM $p; wait $p; echo $?
      """)
    #expect(outcome.output == "alive\n75\n")
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
