import Foundation
import Testing

/// What a run may replace and delete, and what never.
@Suite struct FileSafetyTests {
  private static let quiet = ["--progress", "none", "--no-report"]

  /// Particles enough that there is nothing to warn of.
  private static let config = TinyConfig.text([2: "particles: 500"])

  private func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", Self.config)
    return program
  }

  private func makeFolder(_ program: CommandLineProgram, _ path: String) throws {
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent(path), withIntermediateDirectories: true)
  }

  private func link(_ program: CommandLineProgram, _ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.appendingPathComponent(path).path, withDestinationPath: target)
  }

  @Test("links under the names of staging and of pictures lose nothing of what they lead to")
  func links() throws {
    let program = try program()
    defer { program.remove() }
    for name in ["a.svg", "a.txt", "samples.npy", "summary.json"] {
      try makeFolder(program, "docs")
      try program.write("docs/\(name)", "mine")
    }
    try makeFolder(program, "out")
    try link(program, "out/.partial-3999999", to: "../docs")
    #expect(try program.run(["run", "c.yaml"] + Self.quiet) == .init(status: 0, output: "out\n", errors: ""))
    try link(program, "out/pictures", to: "../docs")
    #expect(
      try program.run(["run", "c.yaml", "--overwrite"] + Self.quiet)
        == .init(
          status: 0, output: "out\n",
          errors:
            "fkc: out/pictures is a link; what it leads to stays, and reports will show it beside these samples\n"
        ))
    #expect(
      program.entries().filter { $0.hasPrefix("docs/") } == [
        "docs/a.svg", "docs/a.txt", "docs/samples.npy", "docs/summary.json",
      ])
    #expect(try program.text("docs/samples.npy") == "mine")
  }

  @Test(
    "a folder with anything that a run would replace is refused with its name, and stays as it is",
    arguments: [
      "config.yaml", "metrics.json", "samples.npy", "trace.csv", "trajectory.npy", "report.html", "pictures",
    ])
  func taken(name: String) throws {
    let program = try program()
    defer { program.remove() }
    try makeFolder(program, "out")
    if name == "pictures" {
      try makeFolder(program, "out/pictures")
      try program.write("out/pictures/a.svg", "mine")
    } else {
      try program.write("out/\(name)", "mine")
    }
    let entries = program.entries()
    #expect(
      try program.run(["run", "c.yaml"] + Self.quiet)
        == .init(
          status: 73, output: "",
          errors:
            "fkc: out: already holds \(name), which a run would replace; give --overwrite or another folder\n"
        ))
    #expect(program.entries() == entries)
    #expect(try program.text(name == "pictures" ? "out/pictures/a.svg" : "out/\(name)") == "mine")
    // A link that leads nowhere is there too.
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("out/\(name)"))
    try link(program, "out/\(name)", to: "nowhere")
    #expect(try program.run(["run", "c.yaml"] + Self.quiet).status == 73)
  }

  @Test("--overwrite takes a run's own files, its metrics and pictures, and nothing else")
  func overwrite() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--progress", "none")
    try makeFolder(program, "out/pictures")
    for name in ["metrics.json", "pictures/a.svg", "pictures/a.txt", "pictures/notes.txt", "notes.txt"] {
      try program.write("out/\(name)", name == "metrics.json" ? "{}" : "mine")
    }
    #expect(try program.run(["run", "c.yaml", "--overwrite"] + Self.quiet).status == 0)
    let others = program.entries().filter { $0.hasPrefix("out/") && !$0.hasSuffix(".npy") }
    #expect(
      others == [
        "out/config.yaml", "out/notes.txt", "out/pictures", "out/pictures/notes.txt", "out/summary.json",
        "out/trace.csv",
      ])
  }

  @Test(
    "the config that runs, and a model's file, are not replaced by the results, but for the config of a run")
  func inputs() throws {
    let program = try program()
    defer { program.remove() }
    try makeFolder(program, "mine")
    try program.write("mine/config.yaml", "# mine\n" + TinyConfig.text())
    let refused = try program.run(
      ["run", "mine/config.yaml", "--output", "mine/../mine", "--overwrite"] + Self.quiet)
    #expect(
      refused
        == .init(
          status: 64, output: "",
          errors:
            "fkc: mine/config.yaml is read by this run, whose results would replace it; give another --output\n"
        ))
    #expect(try program.text("mine/config.yaml").hasPrefix("# mine\n"))
    try program.write("mine/metrics.json", "{\"means\": [[0.0, 1.0]], \"standard_deviations\": 0.5}")
    try program.write(
      "d.yaml", TinyConfig.text([7: "  b: {kind: gaussian-mixture, file: mine/metrics.json}"]))
    #expect(
      try program.run(["run", "d.yaml", "--output", "mine", "--overwrite"] + Self.quiet).errors
        == "fkc: mine/metrics.json is read by this run, whose results would replace it; give another --output\n"
    )
    // A stored config runs again in its place.
    _ = try program.run(["run", "c.yaml"] + Self.quiet)
    #expect(try program.run(["run", "out/config.yaml", "--overwrite"] + Self.quiet).status == 0)
  }

  @Test("an output without a name is usage, one that is a file cannot be written, and nothing is made")
  func outputNames() throws {
    let program = try program()
    defer { program.remove() }
    try program.write("file", "mine")
    let commands = [
      ["run", "c.yaml"], ["sweep", "c.yaml", "--seeds", "0"],
      ["score", "c.yaml", "--model", "a", "--time", "0", "--input", "x.npy"], ["report", "out"],
    ]
    for command in commands {
      let outcome = try program.run(command + ["--output", ""])
      #expect(outcome.status == 64)
      #expect(outcome.errors.hasPrefix("Error: --output is empty; give a path\n"), "\(outcome)")
    }
    #expect(try program.run("report", "").status == 64)
    for command in commands[..<2] {
      #expect(
        try program.run(command + ["--output", "file"])
          == .init(
            status: 73, output: "",
            errors: "fkc: file\(command[0] == "run" ? "" : "/c/seed=0"): file is not a folder\n"))
    }
    #expect(
      try program.shell("$FKC run c.yaml --output \"$(printf 'a\\377')\"").errors
        == "fkc: argument 4, 'a\u{FFFD}', is not UTF-8; give paths in UTF-8\n")
    let long = String(repeating: "n", count: 300)
    #expect(
      try program.run("run", "c.yaml", "--output", "new/\(long)")
        == .init(status: 73, output: "", errors: "fkc: new/\(long): File name too long\n"))
    #expect(program.entries() == ["c.yaml", "file"])
  }

  @Test("scores and reports follow links, write into devices and pipes, and never onto what they read")
  func singleFiles() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run(["run", "c.yaml"] + Self.quiet)
    func score(_ output: String) throws -> CommandLineProgram.Outcome {
      try program.run(
        "score", "c.yaml", "--model", "a", "--time", "0.5", "--input", "out/samples.npy", "--output", output)
    }
    let input = try program.bytes("out/samples.npy")
    #expect(try score("s.npy").status == 0)
    try program.write("target", "old")
    try link(program, "link", to: "target")
    #expect(try score("link").status == 0)
    #expect(try program.bytes("target") == program.bytes("s.npy"))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: program.folder.path + "/link") == "target")
    let device = try score("/dev/full")
    #expect(device == .init(status: 73, output: "", errors: "fkc: /dev/full: No space left on device\n"))
    #expect(
      try program.shell(
        "mkfifo p; cat p > through & $FKC score c.yaml --model a --time 0.5 --input out/samples.npy --output p; wait; test -p p"
      ).status == 0)
    #expect(try program.bytes("through") == program.bytes("s.npy"))

    try link(program, "other", to: "out/samples.npy")
    #expect(Foundation.link(program.folder.path + "/out/samples.npy", program.folder.path + "/hard") == 0)
    for output in ["out/samples.npy", "out/../out/samples.npy", "other", "hard"] {
      let outcome = try score(output)
      #expect(outcome.status == 64, "\(output)")
      #expect(
        outcome.errors == "fkc: --output: "
          + (output == "out/samples.npy" ? output : "\(output), the same file as out/samples.npy,")
          + " is read by this command; give another file\n")
      #expect(try program.run("report", "out", "--output", output).status == 64)
    }
    #expect(try score("c.yaml").status == 64)
    #expect(try program.text("c.yaml") == Self.config)
    #expect(try program.bytes("out/samples.npy") == input)
  }

  @Test("a report takes the place of a report alone, where nobody named the file")
  func reports() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run(["run", "c.yaml"] + Self.quiet)
    #expect(try program.run("report", "out").status == 0)
    #expect(try program.run("report", "out").status == 0)
    for (name, arguments) in [("out/report.html", ["out"]), ("comparison.html", ["out", "out"])] {
      try program.write(name, "mine")
      #expect(
        try program.run(["report"] + arguments)
          == .init(
            status: 73, output: "", errors: "fkc: \(name): is there and is no report of fkc; give --output\n")
      )
      #expect(try program.text(name) == "mine")
    }
  }
}
