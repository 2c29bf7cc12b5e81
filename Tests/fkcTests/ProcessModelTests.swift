import FeynmanKac
import Foundation
import Testing

/// Models that a program of the user's own answers for.
@Suite struct ProcessModelTests {
  /// Scores of N(c, 1) under any process, c = 0 without a condition; plain Python that speaks the protocol by hand.
  static func script(before: String = "pass", asked: String = "pass") -> String {
    """
    import os, struct, sys, time
    open("processes", "a").write(f"{os.getpid()}\\n")
    \(before)
    i, o = sys.stdin.buffer, sys.stdout.buffer
    i.read(16)
    o.write(struct.pack("<4s3I", b"FKhi", 1, 2, 0)); o.flush()
    requests = 0
    while True:
        header = i.read(48)
        if len(header) < 48: break
        _, rows, d, parts, k, _, t, alpha, sigma = struct.unpack("<4s5I3d", header)
        i.read(4 * parts)
        c = struct.unpack(f"<{parts * k}f", i.read(4 * parts * k)) or [0.0] * parts
        x = struct.unpack(f"<{rows * d}f", i.read(4 * rows * d))
        requests += 1
        \(asked)
        scores = [(alpha * c[p] - v) / (alpha * alpha + sigma * sigma) for p in range(parts) for v in x]
        o.write(struct.pack("<4s5I", b"FKrs", 0, rows, d, parts, 0) + struct.pack(f"<{len(scores)}f", *scores))
        o.flush()

    """
  }

  private static let model = "  a: {kind: process, command: [python3, model.py], dimensions: 2}"

  private func program(
    _ changes: [Int: String] = [6: model], script: String = script()
  ) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text(changes))
    try program.write("model.py", script)
    return program
  }

  private func processes(_ program: CommandLineProgram) -> [Int32] {
    ((try? program.text("processes")) ?? "").split(separator: "\n").compactMap { Int32($0) }
  }

  private func isAlive(_ process: Int32) -> Bool {
    guard kill(process, 0) == 0 else { return false }
    // A process that nobody has waited for has ended all the same.
    let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return state.map { !$0.contains(") Z ") } ?? true
  }

  /// A process that is nobody's child any longer is waited for by the system, in its own time.
  private func waitForEnd(of processes: [Int32]) {
    for _ in 0..<1000 where processes.contains(where: isAlive) { usleep(10_000) }
  }

  private static let warning =
    "models.a: a program of your own answers; the same seed gives the same bytes only if it always gives the same "
    + "answer to a batch."

  @Test("a program's scores are those of the Gaussian that it answers for")
  func score() throws {
    let program = try program([6: Self.model + "\n  g: {kind: gaussian, mean: [0, 0], standard_deviation: 1}"]
    )
    defer { program.remove() }
    let points: [Float] = (0..<1200).map { Float($0) / 100 - 5 }
    try Data(NPYArray(shape: [600, 2], values: points).fileBytes)
      .write(to: program.folder.appendingPathComponent("x.npy"))
    for name in ["a", "g"] {
      let outcome = try program.run(
        "score", "c.yaml", "--model", name, "--time", "0.3", "--input", "x.npy", "--output", "\(name).npy")
      #expect(outcome == .init(status: 0, output: "", errors: ""))
    }
    let own = try NPYArray<Float>(file: program.folder.appendingPathComponent("a.npy").path)
    let exact = try NPYArray<Float>(file: program.folder.appendingPathComponent("g.npy").path)
    #expect(own.shape == [600, 2])
    for (own, exact) in zip(own.values, exact.values) { #expect(abs(own - exact) <= 2e-6 * abs(exact)) }
  }

  // Seen to catch: one worker's number given back twice.
  @Test(
    "the same bytes for any number of threads and copies, and from the stored config elsewhere")
  func reproducible() throws {
    let program = try program([2: "particles: 1500", 6: Self.model])
    defer { program.remove() }
    let samples = try [
      ["c.yaml", "--threads", "1", "--output", "one"],
      ["c.yaml", "--threads", "3", "--output", "deep/two", "--set", "models.a.workers=2"],
      ["deep/two/config.yaml", "--threads", "2", "--output", "three"],
    ].map { arguments in
      let outcome = try program.run(["run", "--progress", "none"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try program.bytes("\(arguments[arguments.firstIndex(of: "--output")! + 1])/samples.npy")
    }
    #expect(samples[0] == samples[1])
    #expect(samples[0] == samples[2])
    #expect(processes(program).count == 1 + 2 + 2)
    #expect(!processes(program).contains(where: isAlive))
  }

  @Test("check starts the program, and says what a program cannot promise")
  func check() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run("check", "c.yaml")
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: "\n").last.map(String.init) == "warning: " + Self.warning)
    #expect(processes(program).count == 1)
  }

  @Test("models that differ in their condition share their program")
  func guided() throws {
    let program = try program([
      6: "  a: {kind: process, command: [python3, model.py], dimensions: 2, conditions: 1}",
      7:
        "  b: {kind: process, command: [python3, model.py], dimensions: 2, conditions: 1, condition: [3.0]}",
      9: "  guided: {unconditional: a, conditional: b, scale: 2.0}",
    ])
    defer { program.remove() }
    let outcome = try program.run("run", "c.yaml", "--progress", "none", "--set", "sampler.steps=100")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(processes(program).count == 1)
    // q_0^(−1) q_3^2 of unit Gaussians is N(6, 1): the mean of 100 particles within 6 standard errors, so that one
    // run in 10⁸ would fail; without conditions it would be 0.
    let mean = try #require(program.json("out/summary.json")["mean"] as? [Double])
    for value in mean { #expect(abs(value - 6) < 0.6) }
  }

  // MARK: - What goes wrong

  @Test(
    "what is wrong before the start is said with its place and status",
    arguments: [
      ConfigurationFaultCase(
        "no such program", [6: "  a: {kind: process, command: [no-such-program], dimensions: 2}"],
        status: 69,
        "c.yaml:6: models.a.command: 'no-such-program' cannot be started: No such file or directory"),
      ConfigurationFaultCase(
        "other dimensions",
        [6: "  a: {kind: process, command: [python3, model.py], dimensions: 3}"],
        "c.yaml:6: models.a.dimensions: 'python3 model.py' answers for 2 dimensions, not for 3"),
      ConfigurationFaultCase(
        "a program that ends", [6: "  a: {kind: process, command: [sh, -c, exit 4], dimensions: 2}"],
        status: 70, "c.yaml:6: models.a.command: 'sh -c exit 4' ended with status 4 before it was ready"),
      ConfigurationFaultCase(
        "a condition that the program does not take",
        [6: "  a: {kind: process, command: [python3, model.py], dimensions: 2, condition: [1.0]}"],
        "c.yaml:6: models.a.condition: the network takes no condition; remove this key"),
      ConfigurationFaultCase(
        "no command", [6: "  a: {kind: process, dimensions: 2}"],
        "c.yaml:6: models.a.command: missing; give a list, each item a word"),
    ])
  func refused(fault: ConfigurationFaultCase) throws {
    let program = try program(fault.changes)
    defer { program.remove() }
    let outcome = try program.run("run", "c.yaml")
    #expect(outcome.status == fault.status)
    #expect(outcome.errors == fault.errors.map { $0 + "\n" }.joined())
    #expect(!program.entries().contains("out"))
  }

  @Test("a folder that is missing is missing input")
  func folder() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run("check", "c.yaml", "--set", "models.a.folder=none")
    #expect(outcome.status == 66)
    #expect(outcome.errors.hasPrefix("c.yaml:--set: models.a.folder: '"))
    #expect(outcome.errors.hasSuffix("/none': No such file or directory\n"))
  }

  @Test("a config that is at fault elsewhere starts nothing")
  func startsNothing() throws {
    let program = try program([2: "particles: 0", 6: Self.model])
    defer { program.remove() }
    #expect(try program.run("check", "c.yaml").status == 65)
    #expect(processes(program).isEmpty)
  }

  @Test("a program that ends during a run ends it with 70, model, step and last words, and leaves nothing")
  func endsInRun() throws {
    let program = try program(
      script: Self.script(asked: "if requests == 12: sys.exit('out of memory')"))
    defer { program.remove() }
    let outcome = try program.run("run", "c.yaml", "--progress", "none", "--set", "sampler.end_time=0.5")
    #expect(outcome.status == 70)
    #expect(
      outcome.errors.wholeMatch(
        of:
          /c\.yaml: warning: [^\n]*\nout of memory\nfkc: model 'a' failed at step 11 \(t = 0\.8[89]\d*\): 'python3 model\.py' ended with status 1 before it had answered; the end of its standard error: out of memory\n/
      ) != nil, "\(outcome.errors)")
    #expect(program.entries() == ["c.yaml", "model.py", "processes"])
  }

  // Seen to catch: the program's death with its parent left out.
  @Test(
    "a busy program does not outlive fkc, however that ends", arguments: [SIGKILL, SIGTERM])
  func noneIsLeft(signal: Int32) throws {
    // Two terminations: the second does not wait for the end of the step, which would not come.
    let program = try program(
      script: Self.script(asked: "open('busy', 'w')\n    while True: pass"))
    defer { program.remove() }
    let (process, _, _) = try program.start(["run", "c.yaml", "--progress", "none"])
    while process.isRunning, !program.entries().contains("busy") { usleep(10_000) }
    kill(process.processIdentifier, signal)
    if signal == SIGTERM {
      usleep(100_000)
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    let started = processes(program)
    #expect(started.count == 1)
    waitForEnd(of: started)
    #expect(!started.contains(where: isAlive))
    for process in started where isAlive(process) { kill(process, SIGKILL) }
  }
}
