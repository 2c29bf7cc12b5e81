import Foundation
import Testing

/// The module that the experiments' tables are made with.
@Suite struct RepeatedRunsTests {
  private static let experiments = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Experiments").standardizedFileURL.path

  /// Runs lines of Python after the module was imported as `runs`, in the program's folder.
  private func python(_ program: CommandLineProgram, _ lines: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-B", "-c",
      "import sys; sys.path.insert(0, '\(Self.experiments)'); import pathlib; import repeated_runs as runs\n"
        + lines,
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["FKC": CommandLineProgram.executable.path]) { $1 }
    process.currentDirectoryURL = program.folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text : "ended with \(process.terminationStatus)\n\(text)"
  }

  private func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    for name in ["c", "d"] { try program.write("\(name).yaml", TinyConfig.text()) }
    return program
  }

  private static let sweep =
    "sweep = runs.Sweep(['c.yaml', 'd.yaml'], '1-3', {'sampler.steps': [60, 70], 'models.a.mean': [[0, 1.0]]})\n"

  @Test("what a script measures comes back by config and settings, with its mean and spread over seeds")
  func measured() throws {
    let program = try program()
    defer { program.remove() }
    // Squares of the seeds: 1, 4, 9, of which the mean is 14/3 and the variance 49/3.
    let text = try python(
      program,
      Self.sweep + """
        sweep.run().measure(lambda run: {"square": run.seed ** 2, "none": None})
        group = sweep.group("d", {"sampler.steps": 70, "models.a.mean": [0, 1]})
        print(group.values("square"), group.mean("square", 2), group.mean_sd("square", 2), group.mean_sd("none", 2))
        print(group.mean_interval("square", 2), group.failed, len(sweep.groups), len(sweep.runs))
        print(round(group.statistics["square"]["standard_deviation"], 2), group.runs[0].folder)
        """)
    // Student's t for two degrees of freedom is 4.303; over √3 times 4.041, 10.04.
    #expect(
      text == """
        [1.0, 4.0, 9.0] 4.67 4.67 ± 4.04 –
        4.67 ± 10.04 0 4 12
        4.04 runs/sweep/d/steps=70/mean=[0,%201.0]/seed=1

        """)
    #expect(try program.text("runs/sweep/table.csv").contains(",square_mean,square_sd"))
  }

  @Test("a finished sweep is made again, an interrupted one goes on, and one that is to be kept is kept")
  func again() throws {
    let program = try program()
    defer { program.remove() }
    let summary = "runs/sweep/c/steps=60/mean=[0,%201.0]/seed=1/summary.json"
    let metrics = "runs/sweep/c/steps=60/mean=[0,%201.0]/seed=1/metrics.json"
    _ = try python(program, Self.sweep + "sweep.run().measure(lambda run: {'seed_again': run.seed})")
    let first = try program.bytes(summary)

    let measureNothing = ".measure(lambda run: 1 / 0, keep=True)"
    #expect(try python(program, Self.sweep + "sweep.run(keep=True)\(measureNothing)") == "")
    #expect(try program.bytes(summary) == first)
    #expect(program.entries().contains(metrics))

    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("runs/sweep/sweep.json"))
    #expect(try python(program, Self.sweep + "sweep.run()") == "")
    #expect(try program.bytes(summary) == first)

    try program.write("runs/sweep/notes.txt", "mine")
    #expect(try python(program, Self.sweep + "sweep.run()") == "")
    #expect(try program.bytes(summary) != first, "the clock's figures are new")
    #expect(!program.entries().contains(metrics))
    #expect(program.entries().contains("runs/sweep/notes.txt"))
  }

  @Test("a sweep with failures ends a script unless they are allowed, and NaN is no figure")
  func failures() throws {
    let program = try program()
    defer { program.remove() }
    // Single precision ends near 3e38.
    let sweep = "sweep = runs.Sweep(['c.yaml'], '1', {'models.a.mean': [[1e39, 0], [0, 1]]})\n"
    #expect(try python(program, sweep + "sweep.run()") == "ended with 1\n")
    #expect(
      try python(
        program,
        sweep + "sweep.run(allow_failures=True).measure(lambda run: {'one': 1})\n"
          + "print([(group.failed, len(group.runs)) for group in sweep.groups], bool(sweep.runs[0].error))")
        == "[(1, 0), (0, 1)] True\n")
    #expect(
      try python(program, sweep + "sweep.run(True, True).measure(lambda run: {'nan': float('nan')})")
        == "ended with 1\n")
  }

  @Test(
    "Student's intervals have the widths of the tables, and a table replaces what stood between its markers")
  func tables() throws {
    let program = try program()
    defer { program.remove() }
    try program.write(
      "R.md", "a\n<!-- table -->\nold\n<!-- end of table -->\nb\n<!-- two -->\n<!-- end of two -->\n")
    // Two-sided, 95 %: 1, 4, 9 and 30 degrees of freedom; the standard error of 0 and 2 is 1.
    let text = try python(
      program,
      """
      print(*[round(runs._student_quantile(0.95, n), 3) for n in (1, 4, 9, 30)], round(runs.half_width([0, 2]), 3))
      runs.write_table(pathlib.Path("R.md"), ["| x |"], "two")
      runs.write_table(pathlib.Path("R.md"), ["| y |"])
      """)
    #expect(text == "12.706 2.776 2.262 2.042 12.706\n| x |\n| y |\n")
    #expect(
      try program.text("R.md")
        == "a\n<!-- table -->\n| y |\n<!-- end of table -->\nb\n<!-- two -->\n| x |\n<!-- end of two -->\n")
  }
}
