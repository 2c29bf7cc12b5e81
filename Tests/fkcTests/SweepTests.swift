import Foundation
import Testing

/// What `fkc sweep` runs, keeps and refuses.
@Suite struct SweepTests {
  static let tables = "s/sweep.json\ns/sweep.csv\ns/table.csv\n"
  private static let quiet = ["--output", "s", "--progress", "none"]

  private func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text())
    return program
  }

  private func sweep(_ program: CommandLineProgram, _ arguments: String...) throws
    -> CommandLineProgram.Outcome
  {
    try program.run(["sweep", "c.yaml"] + arguments + Self.quiet)
  }

  /// The rows of `sweep.csv` without the columns that a clock or the machine made, which are its last.
  private func reproducibleRows(_ program: CommandLineProgram) throws -> [Substring] {
    let lines = try program.text("s/sweep.csv").split(separator: "\n")
    #expect(lines[0].hasSuffix(",threads,wall_seconds,particle_steps_per_second,peak_memory_bytes"))
    return lines.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).dropLast(4).joined(separator: ",")[...]
    }
  }

  @Test("each run of a sweep is the one that fkc run makes of the same settings and seed")
  func sameAsRun() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try sweep(program, "--set", "sampler.steps=60,70", "--seeds", "3,5")
    #expect(outcome == .init(status: 0, output: Self.tables, errors: ""))
    _ = try program.run("run", "c.yaml", "--set", "sampler.steps=70", "--seed", "5", "--output", "r")
    for name in ["samples.npy", "log_weights.npy", "ancestors.npy", "trace.csv", "config.yaml"] {
      #expect(try program.bytes("r/\(name)") == program.bytes("s/c/steps=70/seed=5/\(name)"), "\(name)")
    }
    #expect(
      try program.bytes("r/samples.npy") != program.bytes("s/c/steps=70/seed=3/samples.npy"))
    #expect(!program.entries().contains { $0.contains(".partial") })
  }

  @Test("progress names every cell that runs, and standard output has the tables alone")
  func progress() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run(
      "sweep", "c.yaml", "--seeds", "1-2", "--output", "s", "--progress", "plain")
    #expect(outcome.status == 0)
    #expect(outcome.output == Self.tables)
    #expect(
      outcome.errors.wholeMatch(of: /cell 1 of 2  c\/seed=1\ncell 2 of 2  c\/seed=2  \d+ s left\n/) != nil,
      "\(outcome.errors)")
  }

  @Test("what is there is kept, what is missing is run, and the tables are those of one sweep")
  func resume() throws {
    let program = try program()
    defer { program.remove() }
    _ = try sweep(program, "--set", "sampler.steps=60,70", "--seeds", "0-2")
    let rows = try reproducibleRows(program)
    let table = try program.bytes("s/table.csv")
    let kept = try program.bytes("s/c/steps=60/seed=1/summary.json")
    // One run is gone; of another only the mark of a whole one, as after a kill between two renames.
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("s/c/steps=70/seed=0"))
    let marker = "s/c/steps=60/seed=2/summary.json"
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent(marker))
    // A whole run with the lock of a process that was killed right before it removed it. Seen to catch: a lock that stayed for ever.
    try program.write("s/c/steps=60/seed=0/.partial-lock", "")

    let preview = try sweep(program, "--set", "sampler.steps=60,70", "--seeds", "0-2", "--dry-run").output
    #expect(
      preview.split(separator: "\n").filter { $0.hasPrefix("run  ") }
        == ["run  s/c/steps=60/seed=2", "run  s/c/steps=70/seed=0"])
    #expect(try sweep(program, "--set", "sampler.steps=60,70", "--seeds", "0-2").status == 0)
    #expect(try program.bytes("s/c/steps=60/seed=1/summary.json") == kept, "it has the old clock's figures")
    #expect(try reproducibleRows(program) == rows)
    #expect(try program.bytes("s/table.csv") == table)
    #expect(program.entries().contains(marker))
    #expect(!program.entries().contains { $0.contains(".partial") })
  }

  @Test("a run of another config is refused before anything runs, and run again with --overwrite, alone")
  func different() throws {
    let program = try program()
    defer { program.remove() }
    try program.write("d.yaml", TinyConfig.text())
    _ = try sweep(program, "d.yaml", "--seeds", "0-1")
    let kept = try program.bytes("s/d/seed=0/summary.json")
    let old = try program.bytes("s/c/seed=0/samples.npy")
    try program.write("c.yaml", TinyConfig.text([10: "sampler: {steps: 60}"]))
    #expect(
      try sweep(program, "d.yaml", "--seeds", "0-2")
        == .init(
          status: 73, output: "",
          errors: """
            s/c/seed=0: holds a run of another config: sampler.steps was 50 and is 60 now
            s/c/seed=1: holds a run of another config: sampler.steps was 50 and is 60 now
            fkc: nothing was run; give --overwrite to run these again, or another folder

            """))
    #expect(!program.entries().contains("s/c/seed=2"))
    #expect(try program.bytes("s/c/seed=0/samples.npy") == old)
    #expect(try sweep(program, "d.yaml", "--seeds", "0-2", "--overwrite").status == 0)
    #expect(try program.text("s/c/seed=0/config.yaml").contains("steps: 60"))
    #expect(try program.bytes("s/d/seed=0/summary.json") == kept)
    #expect(try sweep(program, "d.yaml", "--seeds", "0-2").status == 0)
  }

  @Test("a model file that moved makes the same run, one that changed another")
  func modelFiles() throws {
    let program = try program()
    defer { program.remove() }
    try program.write("b.json", "{\"means\": [[0.0, 1.0]], \"standard_deviations\": 0.5}")
    try program.write("c.yaml", TinyConfig.text([7: "  b: {kind: gaussian-mixture, file: b.json}"]))
    #expect(try sweep(program, "--seeds", "0").status == 0)
    try program.write("moved.json", program.text("b.json"))
    try program.write("c.yaml", TinyConfig.text([7: "  b: {kind: gaussian-mixture, file: moved.json}"]))
    #expect(try sweep(program, "--seeds", "0", "--dry-run").output == "keep  s/c/seed=0\n")
    try program.write("moved.json", "{\"means\": [[0.0, 1.0]], \"standard_deviations\": 0.6}")
    let outcome = try sweep(program, "--seeds", "0", "--dry-run")
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("s/c/seed=0: holds a run of another config: models.b.sha256 was "))
  }

  @Test("a stored config that leaves a default out means the same, and one that cannot be read does not")
  func storedConfigs() throws {
    let program = try program()
    defer { program.remove() }
    _ = try sweep(program, "--seeds", "0")
    let stored = try program.text("s/c/seed=0/config.yaml")
    #expect(stored.contains("correction: feynman-kac\n"))
    try program.write(
      "s/c/seed=0/config.yaml", stored.replacingOccurrences(of: "correction: feynman-kac\n", with: ""))
    #expect(try sweep(program, "--seeds", "0", "--dry-run").output == "keep  s/c/seed=0\n")
    try program.write("s/c/seed=0/config.yaml", "corection: feynman-kac\n")
    #expect(
      try sweep(program, "--seeds", "0").errors.hasPrefix(
        "s/c/seed=0: holds a run of another config: its config.yaml is missing or no config of this version\n"
      ))
  }

  @Test("a run that fails stands in the tables with its reason, and the others run")
  func failure() throws {
    let program = try program()
    defer { program.remove() }
    // Single precision ends near 3e38.
    let means = "models.a.mean=[1e39,0],[0,1]"
    let reason =
      "model 'a' returned a value that is not finite at step 0 (t = 1.0) for particle 0; "
      + "try more steps, a later start_time or a larger minimum_noise_level"
    for _ in 0..<2 {
      #expect(
        try sweep(program, "--set", means, "--seeds", "0")
          == .init(
            status: 70, output: Self.tables,
            errors: """
              fkc: c/mean=[1e39,0]/seed=0 failed: \(reason)
              fkc: 1 of 2 runs failed:
              c/mean=[1e39,0]/seed=0: \(reason)

              """))
      #expect(
        program.entries().filter { $0.hasSuffix("summary.json") } == ["s/c/mean=[0,1]/seed=0/summary.json"])
      let runs = try program.json("s/sweep.json")["runs"] as! [[String: Any]]
      #expect(runs.map { $0["status"] as? String } == ["failed", "whole"])
      #expect(runs[0]["error"] as? String == reason)
      #expect((runs[0]["figures"] as? [String: Any])?.isEmpty == true)
      #expect(runs[1]["error"] is NSNull)
      let rows = try program.text("s/sweep.csv").split(separator: "\n")
      #expect(rows[1].hasPrefix("c,\"[1e39,0]\",0,\"c/mean=[1e39,0]/seed=0\",failed,\"\(reason)\",,,"))
      let groups = try program.text("s/table.csv").split(separator: "\n")
      #expect(groups[1].hasPrefix("c,\"[1e39,0]\",0,1,0,,,"))
      #expect(groups[2].hasPrefix("c,\"[0,1]\",1,0,0,100.0,"))
    }
  }

  @Test("an interrupted sweep leaves whole runs alone, and goes on to the tables of one that was not")
  func interrupted() throws {
    let program = try program()
    defer { program.remove() }
    // Five runs of about a second; one is enough for the signal to come before the last.
    let long = TinyConfig.text([2: "particles: 20000", 10: "sampler: {steps: 3000}"])
    try program.write("c.yaml", long)
    let (process, output, errors) = try program.start(
      ["sweep", "c.yaml", "--seeds", "0-4", "--threads", "1"] + Self.quiet)
    while process.isRunning, !program.entries().contains("s/c/seed=0/summary.json") { usleep(10_000) }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 75)
    #expect(output.fileHandleForReading.readDataToEndOfFile().isEmpty)
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(
      message.wholeMatch(
        of:
          /fkc: interrupted (at step \d+ of|before) cell \d of 5 \(c\/seed=\d\); finished runs stay, and the same command goes on from them\n/
      )
        != nil, "\(message)")
    let runs = program.entries().filter { $0.hasPrefix("s/c/seed=") && !$0.dropFirst(4).contains("/") }
    #expect(runs.count < 5)
    #expect(!program.entries().contains { $0.contains(".partial") || $0.hasSuffix("table.csv") })

    let kept = try program.bytes("s/c/seed=0/summary.json")
    #expect(try sweep(program, "--seeds", "0-4").status == 0)
    #expect(try program.bytes("s/c/seed=0/summary.json") == kept)
    let rows = try reproducibleRows(program)
    let table = try program.bytes("s/table.csv")
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("s"))
    #expect(try sweep(program, "--seeds", "0-4").status == 0)
    #expect(try reproducibleRows(program) == rows)
    #expect(try program.bytes("s/table.csv") == table)
  }

  @Test("a model's program is started once for all runs of its config")
  func programs() throws {
    let program = try program()
    defer { program.remove() }
    try program.write("model.py", ProgramModelTests.script())
    try program.write(
      "c.yaml",
      TinyConfig.text([6: "  a: {kind: program, command: [python3, model.py], dimensions: 2}"]))
    let asked = try sweep(program, "--set", "sampler.steps=60,70", "--seeds", "0-2", "--dry-run")
    #expect(asked.status == 0)
    #expect(
      asked.errors
        == "c.yaml: not checked: models.a: the program 'python3 model.py' was not started; whether it runs and answers for "
        + "2 dimensions is seen when a run begins.\n")
    #expect(try sweep(program, "--set", "sampler.steps=60,70", "--seeds", "0-2").status == 65)
    #expect(program.entries() == ["c.yaml", "model.py"])
    #expect(
      try sweep(program, "--allow-programs", "--set", "sampler.steps=60,70", "--seeds", "0-2").status == 0)
    #expect(try program.text("processes").split(separator: "\n").count == 1)
    #expect(program.entries().filter { $0.hasSuffix("summary.json") }.count == 6)
  }

  @Test("after a program failed, the next run has a new one")
  func failedPrograms() throws {
    let program = try program()
    defer { program.remove() }
    // The first process ends at its tenth request.
    try program.write(
      "model.py",
      ProgramModelTests.script(
        asked: "if requests == 10 and len(open('processes').read().split()) == 1: sys.exit('no more')"))
    try program.write(
      "c.yaml",
      TinyConfig.text([6: "  a: {kind: program, command: [python3, model.py], dimensions: 2}"]))
    #expect(try sweep(program, "--allow-programs", "--seeds", "0-2").status == 70)
    let runs = try program.json("s/sweep.json")["runs"] as! [[String: Any]]
    #expect(runs.map { $0["status"] as? String } == ["failed", "whole", "whole"])
    #expect((runs[0]["error"] as? String)?.contains("no more") == true)
    #expect(try sweep(program, "--allow-programs", "--seeds", "0-2").status == 0, "it is tried again")
  }
}
