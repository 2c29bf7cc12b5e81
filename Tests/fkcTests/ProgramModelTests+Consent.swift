import FeynmanKac
import Foundation
import Testing

// Who is asked before a program is started, and what is left of it at the end.

extension ProgramModelTests {
  private static let refusal =
    "models.a.command: a run would start the program 'python3 model.py'; if you trust this config, give "
    + "--allow-programs, or list its folder, '"

  // Seen to catch: the program started before anybody was asked.
  @Test(
    "without consent no program is started, and who could give it is told how",
    arguments: [
      ["run"], ["sweep", "--seeds", "0-1", "--output", "s"],
      ["score", "--model", "a", "--time", "0.5", "--input", "x.npy", "--output", "y.npy"],
    ])
  func consent(arguments: [String]) throws {
    let program = try program()
    defer { program.remove() }
    try Data(NPYArray<Float>(shape: [1, 2], values: [1, 2]).fileBytes)
      .write(to: program.folder.appendingPathComponent("x.npy"))
    let real = program.folder.resolvingSymlinksInPath().path
    let outcome = try program.run([arguments[0], "c.yaml"] + arguments.dropFirst())
    #expect(
      outcome
        == .init(
          status: 65, output: "",
          errors: "c.yaml:6: \(Self.refusal)\(real)', in the environment variable FKC_TRUSTED\n"))
    #expect(program.entries() == ["c.yaml", "model.py", "x.npy"])
  }

  @Test("a config in or below a trusted folder needs no word, one beside it does, whatever links say")
  func trusted() throws {
    let program = try program()
    defer { program.remove() }
    let folder = program.folder.path
    func status(_ config: String, _ trusted: String) throws -> Int32 {
      try program.run(
        ["run", config, "--output", "out", "--overwrite", "--progress", "none", "--set", "sampler.steps=2"],
        environment: ["FKC_TRUSTED": trusted]
      ).status
    }
    #expect(try status("c.yaml", "/nowhere:\(folder)/") == 0)
    #expect(try status("c.yaml", program.folder.deletingLastPathComponent().path) == 0)
    #expect(try status("c.yaml", folder.dropLast().description) == 65)
    #expect(try status("c.yaml", "") == 65)
    #expect(try status("c.yaml", ".:") == 65, "a relative folder is another one everywhere")
    let inner = program.folder.appendingPathComponent("inner")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: inner.path + "/link.yaml", withDestinationPath: folder + "/c.yaml")
    #expect(try status("inner/link.yaml", inner.path) == 65)
  }

  @Test("a run's folder that names a program starts none in compare, check and report")
  func storedConfig() throws {
    let program = try program([6: Self.model, 9: "  annealed: {model: a, inverse_temperature: 1.5}"])
    defer { program.remove() }
    #expect(try program.run("run", "c.yaml", "--allow-programs", "--progress", "none").status == 0)
    #expect(processes(program).count == 1)
    for arguments in [["compare", "out", "out"], ["check", "out/config.yaml"], ["report", "out"]] {
      #expect(try program.run(arguments).status == 0)
    }
    #expect(processes(program).count == 1)
  }

  // MARK: - The end

  /// A program that says nothing any more, once it has been asked for the fifth time, and what it started.
  private func busyProgram(_ command: String = "[python3, model.py]", asked: String) throws
    -> CommandLineProgram
  {
    try program(
      [6: "  a: {kind: program, command: \(command), dimensions: 2}"],
      script: Self.script(asked: "if requests == 5:\n        open('busy', 'w')\n        \(asked)"))
  }

  // Seen to catch: a wait that looks at nothing but its time limit.
  @Test(
    "a run that waits for a program ends within a second of a signal, and the program with it",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func interruptedWaiting(signal: Int32) throws {
    let program = try busyProgram(asked: "time.sleep(1000)")
    defer { program.remove() }
    let (process, _, errors) = try program.start([
      "run", "c.yaml", "--allow-programs", "--progress", "none", "--set", "models.a.workers=2",
    ])
    while process.isRunning, !program.entries().contains("busy") { usleep(10_000) }
    let began = ContinuousClock.now
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(ContinuousClock.now - began < .seconds(1))
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 75)
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(message.contains(/\nfkc: interrupted at step [0-4]; nothing was written\n$/), "\(message)")
    #expect(processes(program).count == 2)
    #expect(!processes(program).contains(where: isAlive))
    #expect(!program.entries().contains("out"))
  }

  @Test("so does one that waits for a program to be ready")
  func interruptedStarting() throws {
    let program = try program(script: Self.script(before: "open('busy', 'w'); time.sleep(1000)"))
    defer { program.remove() }
    let (process, _, errors) = try program.start(["run", "c.yaml", "--allow-programs"])
    while process.isRunning, !program.entries().contains("busy") { usleep(10_000) }
    let began = ContinuousClock.now
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(ContinuousClock.now - began < .seconds(1))
    #expect(process.terminationStatus == 75)
    #expect(
      String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        == "fkc: interrupted before the start; nothing was written\n")
    #expect(!processes(program).contains(where: isAlive))
  }

  // Seen to catch: the program's death with its parent left out; a shell's child, which had the shell for a parent; one
  // that left the process group.
  @Test(
    "nothing that a busy program started outlives fkc, however that ends",
    arguments: [
      "[python3, model.py]", "[sh, -c, 'python3 model.py; true']",
      "[sh, -c, 'setsid sleep 1000 & echo $! > left; python3 model.py; true']",
    ], [SIGKILL, SIGTERM])
  func noneIsLeft(command: String, signal: Int32) throws {
    let program = try busyProgram(command, asked: "while True: pass")
    defer { program.remove() }
    let (process, _, _) = try program.start(["run", "c.yaml", "--allow-programs", "--progress", "none"])
    while process.isRunning, !program.entries().contains("busy") { usleep(10_000) }
    let left = (try? program.text("left")).flatMap { Int32($0.split(separator: "\n").first ?? "") }
    #expect((left != nil) == command.contains("left"))
    let started = processes(program) + [left].compactMap { $0 }
    #expect(started.allSatisfy(isAlive))
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == (signal == SIGKILL ? .uncaughtSignal : .exit))
    // After an end that it sees coming fkc has waited; after another its guard needs a moment.
    if signal == SIGKILL { waitForEnd(of: started) }
    #expect(!started.contains(where: isAlive))
    for process in started where isAlive(process) { kill(process, SIGKILL) }
  }
}
