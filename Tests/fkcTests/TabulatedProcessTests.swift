import FeynmanKac
import Foundation
import Testing

/// Processes by tables and by the schedules of DDPMs in a config.
@Suite struct TabulatedProcessTests {
  private static func program(_ process: String, _ changes: [Int: String] = [:]) throws -> CommandLineProgram
  {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text([4: "process: \(process)"].merging(changes) { $1 }))
    return program
  }

  private static func write(
    _ name: String, shape: [Int], _ values: [Double], to program: CommandLineProgram
  ) throws {
    try Data(NPYArray(shape: shape, values: values).fileBytes)
      .write(to: program.folder.appendingPathComponent(name))
  }

  private static func run(_ program: CommandLineProgram, _ process: String, _ output: String) throws {
    let outcome = try program.run(
      "run", "c.yaml", "--progress", "none", "--output", output, "--set", "process=\(process)")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// Numbers as a config has them, to the last bit.
  private static func list(_ values: [Double]) -> String {
    "[\(values.map { "\($0)" }.joined(separator: ", "))]"
  }

  @Test("a schedule by its name, its betas, and α with σ in a list or a file are one process")
  func sources() throws {
    let process = try TabulatedProcess(.sigmoid(betaStart: 0.01, betaEnd: 0.4), timesteps: 30)
    let betas = BetaSchedule.sigmoid(betaStart: 0.01, betaEnd: 0.4).betas(timesteps: 30)
    let program = try Self.program("{kind: ddpm}")
    defer { program.remove() }
    let rows = zip(process.signals, process.noises).flatMap { [$0, $1] }
    try Self.write("table.npy", shape: [30, 2], rows, to: program)
    try Self.write(
      "reversed.npy", shape: [30, 2],
      zip(rows.enumerated(), rows).map { entry, _ in
        rows[2 * (29 - entry.offset / 2) + entry.offset % 2]
      }, to: program)
    let times = "[\((0..<30).map { "\(Double($0) / 29)" }.joined(separator: ", "))]"
    try Self.run(
      program, "{kind: ddpm, schedule: sigmoid, beta_start: 0.01, beta_end: 0.4, timesteps: 30}", "named")
    try Self.run(program, "{kind: tabulated, betas: \(Self.list(betas))}", "betas")
    try Self.run(program, "{kind: tabulated, betas: \(Self.list(betas)), times: \(times)}", "times")
    try Self.run(
      program,
      "{kind: tabulated, signal: \(Self.list(process.signals)), noise: \(Self.list(process.noises))}", "lists"
    )
    try Self.run(program, "{kind: tabulated, file: table.npy}", "file")
    for other in ["betas", "times", "lists", "file"] {
      #expect(try program.bytes("\(other)/samples.npy") == program.bytes("named/samples.npy"), "\(other)")
      #expect(try program.bytes("\(other)/trace.csv") == program.bytes("named/trace.csv"), "\(other)")
    }
    // Times that are 1 − t are rounded, and with them the noise between entries.
    try Self.run(program, "{kind: tabulated, file: reversed.npy, time_zero: noise}", "reversed")
    let own = try program.json("reversed/summary.json")["log_normalizer"] as! Double
    let named = try program.json("named/summary.json")["log_normalizer"] as! Double
    #expect(abs(own - named) < 1e-5)
  }

  // Seen to catch: the file of either process not pinned.
  @Test(
    "the files of the run's process and of a model's own are pinned, and run again from the stored config")
  func pinned() throws {
    let table = try TabulatedProcess(BetaSchedule.linear(betaStart: 1e-5, betaEnd: 0.1), timesteps: 400)
    let program = try Self.program(
      "{kind: tabulated, file: levels.npy}",
      [
        6: "  a: {kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0, "
          + "process: {kind: tabulated, file: own.npy, time_zero: noise}}"
      ])
    defer { program.remove() }
    let squares = table.signals.map { $0 * $0 }
    func writeBoth() throws {
      try Self.write("levels.npy", shape: [400], squares, to: program)
      try Self.write("own.npy", shape: [400], squares.reversed(), to: program)
    }
    try writeBoth()
    #expect(try program.run("run", "c.yaml", "--progress", "none", "--output", "deep/one").status == 0)
    let stored = try program.text("deep/one/config.yaml")
    #expect(stored.components(separatedBy: "sha256: ").count == 3)
    #expect(stored.contains("file: \(program.folder.resolvingSymlinksInPath().path)/levels.npy"), "\(stored)")
    #expect(
      try program.run("run", "deep/one/config.yaml", "--progress", "none", "--output", "two").status == 0)
    #expect(try program.bytes("deep/one/samples.npy") == program.bytes("two/samples.npy"))
    #expect(try program.text("two/config.yaml") == stored)
    for (name, key) in [("levels.npy", "process"), ("own.npy", "models.a.process")] {
      try Self.write(name, shape: [3], name == "own.npy" ? [0.1, 0.5, 0.9] : [0.9, 0.5, 0.1], to: program)
      let outcome = try program.run("run", "deep/one/config.yaml", "--output", "three")
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains(": \(key).sha256: '"), "\(outcome.errors)")
      #expect(outcome.errors.contains("/\(name)' has changed: its SHA-256 is "), "\(outcome.errors)")
      try writeBoth()
    }
    // Results must not take the place of a table.
    try Self.write("samples.npy", shape: [400], squares, to: program)
    let outcome = try program.run(
      "run", "c.yaml", "--overwrite", "--output", ".", "--set", "process.file=samples.npy")
    #expect(outcome.status != 0 && !outcome.errors.isEmpty)
    #expect(try NPYArray<Double>(file: program.folder.path + "/samples.npy").values == squares)
  }

  /// `t` and `α` of every request that a program gets in a run whose steps are uniform in time, 20 of them.
  private func requests(_ process: String) throws -> [(time: Double, signal: Double)] {
    let program = try Self.program(
      process,
      [
        6: ProgramModelTests.model, 7: "", 9: "  product: {a: 1.0}",
        10: "sampler: {steps: 20, grid: time, start: gaussian, step_size_error: none, plain_samples: none}",
      ])
    defer { program.remove() }
    try program.write(
      "model.py",
      ProgramModelTests.script(
        before: "f = open('requests', 'w')", asked: "print(t, alpha, file=f, flush=True)"))
    let outcome = try program.run("run", "c.yaml", "--allow-programs", "--progress", "none")
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try program.text("requests").split(separator: "\n").map { line in
      let numbers = line.split(separator: " ").map { Double($0)! }
      return (numbers[0], numbers[1])
    }
  }

  // Seen to catch: entries at other times than k/(K − 1); 1 − t left out.
  @Test("a program is asked at t (K − 1) = k about the signal of entry k")
  func timesteps() throws {
    let table = try TabulatedProcess(BetaSchedule.linear(betaStart: 0.01, betaEnd: 0.5), timesteps: 21)
    func expectEntries(of process: String, _ entry: (Int) -> Int) throws {
      let asked = try requests(process)
      let steps = asked.map { Int(clamping: ($0.time * 20).rounded()) }
      #expect(Set(steps) == Set(0...20))
      for (request, step) in zip(asked, steps) {
        #expect(abs(request.time * 20 - Double(step)) < 1e-9)
        #expect(abs(request.signal - table.signals[entry(step)]) < 1e-9)
      }
    }
    try expectEntries(of: "{kind: ddpm, timesteps: 21, beta_start: 0.01, beta_end: 0.5}") { $0 }
    let squares = Self.list(table.signals.reversed().map { $0 * $0 })
    try expectEntries(of: "{kind: tabulated, alphas_cumprod: \(squares), time_zero: noise}") { 20 - $0 }
  }

  @Test("a program of flow matching that counts from the noise is asked from 0 to 1 along the path")
  func fromNoise() throws {
    let asked = try requests("{kind: flow-matching, time_zero: noise}").map(\.time)
    #expect(zip(asked, asked.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(asked.first! < 0.02 && asked.last! > 0.98)
  }

  // MARK: - Faults

  static let faults: [ConfigurationFaultCase] = [
    .init(
      "two sources",
      [4: "process: {kind: tabulated, betas: [0.1, 0.2, 0.3], alphas_cumprod: [0.9, 0.5, 0.1]}"],
      "c.yaml:4: process: betas and alphas_cumprod exclude each other; give exactly one of file, betas, alphas_cumprod, "
        + "signal and noise"),
    .init(
      "no source", [4: "process: {kind: tabulated, times: [0, 0.5, 1]}"],
      "c.yaml:4: process: nothing is given of file, betas, alphas_cumprod, signal and noise; give exactly one"
    ),
    .init(
      "a level that falls", [4: "process: {kind: tabulated, signal: [1, 1, 1, 1], noise: [1, 2, 1.5, 3]}"],
      "c.yaml:4: process.noise: (σ/α)² must rise strictly, and is 4.0 at entry 1 and 2.25 at entry 2, counted from 0"
    ),
    .init(
      "a table that begins at the noise", [4: "process: {kind: tabulated, alphas_cumprod: [0.1, 0.5, 0.9]}"],
      "c.yaml:4: process.alphas_cumprod: (σ/α)² must rise strictly, and is 9.0 at entry 0 and 1.0 at entry 1, counted from 0; "
        + "a table that begins at the noise has time_zero: noise"),
    .init(
      "betas from the noise", [4: "process: {kind: tabulated, betas: [0.3, 0.2, 0.1], time_zero: noise}"],
      "c.yaml:4: process.time_zero: found 'noise', but betas count from the data; give alphas_cumprod, or signal and noise"
    ),
    .init(
      "times of another length", [4: "process: {kind: tabulated, betas: [0.1, 0.2, 0.3], times: [0, 1]}"],
      "c.yaml:4: process.times: has 2 entries, the table 3; give as many"),
    .init(
      "an unknown schedule, which is called otherwise", [4: "process: {kind: ddpm, schedule: squaredcos}"],
      "c.yaml:4: process.schedule: found 'squaredcos'; give one of linear, scaled_linear, squaredcos_cap_v2, sigmoid"
    ),
    .init(
      "betas of a schedule that has none",
      [4: "process: {kind: ddpm, schedule: squaredcos_cap_v2, beta_end: 0.02}"],
      "c.yaml:4: process.beta_end: belongs to schedule: linear, scaled_linear, sigmoid; remove it or change schedule"
    ),
    .init(
      "betas that fall", [4: "process: {kind: ddpm, beta_start: 0.02, beta_end: 0.01}"],
      "c.yaml:4: process.beta_end: found 0.01 with beta_start 0.02; it must be at least that"),
    .init(
      "text for a truth value", [4: "process: {kind: ddpm, zero_terminal_snr: yes}"],
      "c.yaml:4: process.zero_terminal_snr: found 'yes'; give true or false"),
    .init(
      "no file", [4: "process: {kind: tabulated, file: no.npy}"], status: 66,
      "c.yaml:4: process.file: 'no.npy': no such file"),
    .init(
      "a file of another shape", [4: "process: {kind: tabulated, file: wide.npy}"],
      "c.yaml:4: process.file: 'wide.npy': has shape [1, 3]; give α̅, [K], or α and σ, [K, 2]"),
    .init(
      "a file whose numbers are no path", [4: "process: {kind: tabulated, file: still.npy}"],
      "c.yaml:4: process.file: 'still.npy': (σ/α)² must rise strictly, and is 1.0 at entry 1 and 1.0 at entry 2, "
        + "counted from 0"),
    .init(
      "a model's own table",
      [
        6: "  a: {kind: gaussian, mean: [0, 1], standard_deviation: 1, "
          + "process: {kind: tabulated, betas: [0.1, 0.2]}}"
      ],
      "c.yaml:6: models.a.process.betas: 2 of 2 entries have both signal and noise; give at least 3"),
  ]

  @Test("a table's mistake is named with file, line, key, entry and what is allowed", arguments: faults)
  func fault(_ fault: ConfigurationFaultCase) throws {
    let files = ["wide.npy": ([1, 3], [0.9, 0.5, 0.1]), "still.npy": ([4], [0.9, 0.5, 0.5, 0.1])]
      .mapValues {
        Data(NPYArray<Double>(shape: $0.0, values: $0.1).fileBytes)
      }
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text(fault.changes))
    for (name, bytes) in files { try bytes.write(to: program.folder.appendingPathComponent(name)) }
    let before = program.entries()
    let outcome = try program.run("run", "c.yaml")
    #expect(outcome.errors == fault.errors.map { $0 + "\n" }.joined())
    #expect(outcome.status == fault.status)
    #expect(program.entries() == before)
  }

  @Test("a network's own file states its table, and no other file")
  func networkFile() throws {
    let program = try Self.program(
      "{kind: variance-exploding}",
      [
        6: "  a: {kind: mlp, file: net.safetensors}", 7: "", 9: "  product: {a: 1.0}",
        10: "sampler: {steps: 10, start_time: 0.3, end_time: 0.2}",
      ])
    defer { program.remove() }
    func check(_ process: String) throws -> CommandLineProgram.Outcome {
      var fixture = NetworkFixture()
      fixture.metadata["process"] = process
      try fixture.bytes.write(to: program.folder.appendingPathComponent("net.safetensors"))
      return try program.run("check", "c.yaml")
    }
    let right = try check(#"{"kind": "ddpm", "timesteps": 100, "beta_end": 0.2}"#)
    #expect(right.status == 0, "\(right.errors)")
    let wrong = try check(#"{"kind": "tabulated", "file": "levels.npy"}"#)
    #expect(wrong.status == 65)
    #expect(
      wrong.errors.hasPrefix(
        "c.yaml:6: models.a.file: 'net.safetensors': process: file: a network's file has to hold the table itself; "
          + "give its numbers\n"), "\(wrong.errors)")
  }
}
