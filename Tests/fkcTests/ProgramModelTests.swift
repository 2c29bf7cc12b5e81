import FeynmanKac
import Foundation
import Testing

/// Models that a program of the user's own answers for.
@Suite struct ProgramModelTests {
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

  static let model = "  a: {kind: program, command: [python3, model.py], dimensions: 2}"

  func program(
    _ changes: [Int: String] = [6: model], script: String = script()
  ) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text(changes))
    try program.write("model.py", script)
    return program
  }

  func processes(_ program: CommandLineProgram) -> [Int32] {
    ((try? program.text("processes")) ?? "").split(separator: "\n").compactMap { Int32($0) }
  }

  func isAlive(_ process: Int32) -> Bool {
    guard kill(process, 0) == 0 else { return false }
    // A process that nobody has waited for has ended all the same.
    let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return state.map { !$0.contains(") Z ") } ?? true
  }

  /// A process that is nobody's child any longer is waited for by the system, in its own time.
  func waitForEnd(of processes: [Int32]) {
    for _ in 0..<1000 where processes.contains(where: isAlive) { usleep(10_000) }
  }

  static let warning =
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
        "score", "c.yaml", "--allow-programs", "--model", name, "--time", "0.3", "--input", "x.npy",
        "--output", "\(name).npy")
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
      let outcome = try program.run(["run", "--allow-programs", "--progress", "none"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try program.bytes("\(arguments[arguments.firstIndex(of: "--output")! + 1])/samples.npy")
    }
    #expect(samples[0] == samples[1])
    #expect(samples[0] == samples[2])
    #expect(processes(program).count == 1 + 2 + 2)
    #expect(!processes(program).contains(where: isAlive))
  }

  @Test("kind: process, its former name, is read as the same and stored as program")
  func formerName() throws {
    let program = try program()
    defer { program.remove() }
    let text = try program.text("c.yaml")
    #expect(text.contains("kind: program"))
    try program.write("old.yaml", text.replacingOccurrences(of: "kind: program", with: "kind: process"))
    for name in ["c", "old"] {
      let outcome = try program.run(
        "run", "\(name).yaml", "--allow-programs", "--progress", "none", "--output", name)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    for file in ["samples.npy", "log_weights.npy", "trace.csv", "config.yaml"] {
      #expect(try program.bytes("c/\(file)") == program.bytes("old/\(file)"), "\(file)")
    }
    #expect(try program.text("old/config.yaml").contains("kind: program"))
  }

  @Test("check starts no program, and says so and what a program cannot promise")
  func check() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run("check", "c.yaml")
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.contains("dimensions      d = 2, D = 2"))
    #expect(
      lines.suffix(2) == [
        "not checked: models.a: the program 'python3 model.py' was not started; whether it runs and answers for 2 "
          + "dimensions is seen when a run begins.",
        "warning: " + Self.warning,
      ])
    #expect(processes(program).isEmpty)
  }

  @Test("models that differ in their condition share their program")
  func guided() throws {
    let program = try program([
      6: "  a: {kind: program, command: [python3, model.py], dimensions: 2, conditions: 1}",
      7:
        "  b: {kind: program, command: [python3, model.py], dimensions: 2, conditions: 1, condition: [3.0]}",
      9: "  guided: {unconditional: a, conditional: b, scale: 2.0}",
    ])
    defer { program.remove() }
    let outcome = try program.run(
      "run", "c.yaml", "--allow-programs", "--progress", "none", "--set", "sampler.steps=100")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(processes(program).count == 1)
    // q_0^(−1) q_3^2 of unit Gaussians is N(6, 1): the mean of 100 particles within 6 standard errors, so that one
    // run in 10⁸ would fail; without conditions it would be 0.
    let mean = try #require(program.json("out/summary.json")["mean"] as? [Double])
    for value in mean { #expect(abs(value - 6) < 0.6) }
  }

  // Seen to catch: a script that was edited after the run.
  @Test("the files that a command names, and those that the config lists, are pinned")
  func pinned() throws {
    let program = try program([
      6: "  a: {kind: program, command: [python3, model.py, --weights=w.bin], dimensions: 2, files: [lib.py]}"
    ])
    defer { program.remove() }
    for name in ["w.bin", "lib.py"] { try program.write(name, "# \(name)\n") }
    #expect(try program.run("run", "c.yaml", "--allow-programs", "--progress", "none").status == 0)
    let stored = try program.text("out/config.yaml")
    for name in ["model.py", "w.bin", "lib.py"] { #expect(stored.contains("\n      \(name): ")) }
    #expect(try program.run("check", "out/config.yaml").status == 0)
    for name in ["model.py", "w.bin", "lib.py"] {
      let text = try program.text(name)
      try program.write(name, text + "# changed\n")
      let outcome = try program.run("run", "out/config.yaml", "--allow-programs", "--output", "again")
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains(": models.a.pinned: '\(name)' has changed: its SHA-256 is "))
      try program.write(name, text)
    }
    #expect(
      try program.run("check", "c.yaml", "--set", "models.a.files=[none.py]")
        == .init(status: 66, output: "", errors: "c.yaml:--set: models.a.files: 'none.py': no such file\n"))
  }

  // Seen to catch: v for ε, which ended with a log Z like any other.
  @Test(
    "a program that does not predict what the config says makes the run doubtful, and check asks it nothing")
  func otherPrediction() throws {
    let program = try program([4: "process: {kind: variance-preserving}"].merging([6: Self.model]) { $1 })
    defer { program.remove() }
    let stated = ["--set", "models.a.prediction=v", "--set", "sampler.end_time=0.001"]
    let outcome = try program.run(
      ["run", "c.yaml", "--allow-programs", "--progress", "none", "--set", "sampler.steps=100"] + stated)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "c.yaml: doubtful: The output of model 'a' at the noise end of the path (t = 1) looks like score, not like the stated "
          + "v: its slope on x/σ is -1, where v has "), "\(outcome.errors)")
    let summary = try program.json("out/summary.json")
    #expect(summary["trust"] as? String == "doubtful")
    let codes = (summary["warnings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
    #expect(codes?.contains("prediction") == true)
    // The one batch more is not counted, the fit of the start is.
    #expect((summary["model_evaluations"] as? [String: Int])?["a"] == 101 * 100 + 448)
    let check = try program.run(["check", "c.yaml"] + stated)
    #expect(check.status == 0 && !check.output.contains("looks like"))
    let right = try program.run(
      "run", "c.yaml", "--allow-programs", "--progress", "none", "--output", "right", "--set",
      "sampler.end_time=0.001")
    #expect(right.status == 0 && !right.errors.contains("looks like"), "\(right.errors)")
  }

  // MARK: - What goes wrong

  @Test(
    "what is wrong before the start is said with its place and status",
    arguments: [
      ConfigurationFaultCase(
        "no such program", [6: "  a: {kind: program, command: [no-such-program], dimensions: 2}"],
        status: 69,
        "c.yaml:6: models.a.command: 'no-such-program' cannot be started: No such file or directory"),
      ConfigurationFaultCase(
        "other dimensions",
        [6: "  a: {kind: program, command: [python3, model.py], dimensions: 3}"],
        "c.yaml:6: models.a.dimensions: 'python3 model.py' answers for 2 dimensions, not for 3"),
      ConfigurationFaultCase(
        "a program that ends", [6: "  a: {kind: program, command: [sh, -c, exit 4], dimensions: 2}"],
        status: 70, "c.yaml:6: models.a.command: 'sh -c exit 4' ended with status 4 before it was ready"),
      ConfigurationFaultCase(
        "a condition that the program does not take",
        [6: "  a: {kind: program, command: [python3, model.py], dimensions: 2, condition: [1.0]}"],
        "c.yaml:6: models.a.condition: the network takes no condition; remove this key"),
      ConfigurationFaultCase(
        "no command", [6: "  a: {kind: program, dimensions: 2}"],
        "c.yaml:6: models.a.command: missing; give a list, each item a word"),
    ])
  func refused(fault: ConfigurationFaultCase) throws {
    let program = try program(fault.changes)
    defer { program.remove() }
    let outcome = try program.run("run", "c.yaml", "--allow-programs")
    #expect(outcome.status == fault.status)
    #expect(outcome.errors == fault.errors.map { $0 + "\n" }.joined())
    #expect(!program.entries().contains("out"))
  }

  @Test("a folder that is missing is missing input")
  func folder() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run("run", "c.yaml", "--allow-programs", "--set", "models.a.folder=none")
    #expect(outcome.status == 66)
    #expect(outcome.errors.hasPrefix("c.yaml:--set: models.a.folder: '"))
    #expect(outcome.errors.hasSuffix("/none': No such file or directory\n"))
  }

  @Test("a config that is at fault elsewhere starts nothing")
  func startsNothing() throws {
    let program = try program([2: "particles: 0", 6: Self.model])
    defer { program.remove() }
    #expect(try program.run("run", "c.yaml", "--allow-programs").status == 65)
    #expect(processes(program).isEmpty)
  }

  @Test("a program that ends during a run ends it with 70, model, step and last words, and leaves nothing")
  func endsInRun() throws {
    let program = try program(
      // The first request is whether the answers are what they are said to be, six are of the start's fit, three of them of its last
      // round, and the eighth is of step 0.
      script: Self.script(asked: "if requests == 16: sys.exit('out of memory')"))
    defer { program.remove() }
    let outcome = try program.run(
      "run", "c.yaml", "--allow-programs", "--progress", "none", "--set", "sampler.end_time=0.5", "--set",
      "sampler.control=radial")
    #expect(outcome.status == 70)
    #expect(
      outcome.errors.wholeMatch(
        of:
          /c\.yaml: warning: [^\n]*\nout of memory\nfkc: model 'a' failed at step 8 \(t = 0\.9\d*\): 'python3 model\.py' ended with status 1 before it had answered; the end of its standard error: out of memory\n/
      ) != nil, "\(outcome.errors)")
    #expect(program.entries() == ["c.yaml", "model.py", "processes"])
  }
}
