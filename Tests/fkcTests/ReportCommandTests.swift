import FeynmanKac
import Foundation
import Testing

/// Seen to catch: "<" not escaped; a genealogy not held against the ancestors; a trace not counted; an old report left by
/// --no-report; a policy that lets images in from elsewhere.
@Suite("fkc report")
struct ReportCommandTests {
  @Test("rebuilds the bytes that the run wrote, from the folder alone")
  func rebuild() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 800, islands: 8))
    #expect(try program.run("run", "c.yaml", "--progress", "none").status == 0)
    let written = try program.bytes("out/report.html")
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("out/report.html"))
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("c.yaml"))
    let outcome = try program.run("report", "out")
    #expect(outcome == .init(status: 0, output: "out/report.html\n", errors: ""))
    #expect(try program.bytes("out/report.html") == written)
    // Wherever the folder has gone.
    let moved = program.folder.appendingPathComponent("elsewhere/out")
    try FileManager.default.createDirectory(
      at: moved.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: program.folder.appendingPathComponent("out"), to: moved)
    #expect(try program.run("report", "elsewhere/out", "--output", "again.html").output == "again.html\n")
    #expect(try program.bytes("again.html") == written)
  }

  @Test("resampled output keeps a genealogy that leads to its ancestors")
  func resampled() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 300))
    let outcome = try program.run(
      "run", "c.yaml", "--progress", "none", "--set", "output.samples=resampled")
    #expect(outcome.status == 0)
    #expect(try program.run("report", "out").status == 0)
    #expect(
      !(try program.text("out/report.html").contains("data-chart=\"weights\"")), "all weights are equal")
  }

  /// Seen to catch: nodes at the sum and not the mean of their leaves.
  @Test("the genealogy's lines carry all 64 lineages at every level, in one order that none leaves")
  func genealogyLines() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 400, islands: 2))
    let outcome = try program.run("run", "c.yaml", "--set", "resampling.ess_threshold=0.99")
    #expect(outcome.status == 0)
    #expect(try program.json("out/summary.json")["resample_count"] as! Int > 3)
    let page = try program.text("out/report.html")
    let text = page.components(separatedBy: "id=\"figures\">")[1].components(separatedBy: "</script>")[0]
    let figures = try JSONSerialization.jsonObject(with: Data(text.utf8)) as! [String: Any]
    let spec = (figures["specs"] as! [String: Any])["genealogy"] as! [String: Any]
    let layer = (spec["layer"] as! [[String: Any]]).last!
    let lines = (layer["data"] as! [String: Any])["values"] as! [[String: Double]]
    let levels = Set(lines.flatMap { [$0["a"]!, $0["b"]!] }).sorted()
    #expect(levels.count > 5)
    for (low, high) in zip(levels, levels.dropFirst()) {
      let middle = (low + high) / 2
      let here = lines.filter { $0["a"]! > middle && $0["b"]! < middle }.sorted { $0["y"]! < $1["y"]! }
      #expect(here.reduce(0) { $0 + $1["n"]! } == 64)
      // Each stands in the middle of its leaves at its right end, so no two cross.
      var first = 0.0
      for line in here.sorted(by: { $0["z"]! < $1["z"]! }) {
        #expect(abs(line["z"]! - (first + (line["n"]! - 1) / 2)) < 1e-3)
        first += line["n"]!
      }
      #expect(here.map { $0["z"]! } == here.map { $0["z"]! }.sorted())
    }
    #expect(Set(lines.filter { $0["b"] == levels[0] }.map { $0["z"]! }) == Set((0..<64).map { Double($0) }))
  }

  @Test("--no-report writes none, and does not leave an older run's")
  func noReport() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 100))
    _ = try program.run("run", "c.yaml")
    #expect(program.entries().contains("out/report.html"))
    _ = try program.run("run", "c.yaml", "--overwrite", "--no-report")
    #expect(!program.entries().contains("out/report.html"))
    #expect(program.entries().contains("out/summary.json"))
  }

  @Test("several runs are compared in one file, with the settings that differ")
  func comparison() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 300))
    _ = try program.run("run", "c.yaml", "--output", "a")
    _ = try program.run("run", "c.yaml", "--output", "b", "--set", "sampler.noise_scale=1.5")
    let outcome = try program.run("report", "a", "b")
    #expect(outcome == .init(status: 0, output: "comparison.html\n", errors: ""))
    let page = try program.text("comparison.html")
    #expect(
      page.contains(
        "<tr><th scope=\"row\"><code>sampler.noise_scale</code></th><td><code>1.2</code></td>"
          + "<td><code>1.5</code></td></tr>"))
    #expect(!page.contains("<code>sampler.steps</code>"))
    #expect(
      program.entries().filter { $0.hasSuffix(".html") } == [
        "a/report.html", "b/report.html", "comparison.html",
      ])
    let many = try program.run(["report"] + Array(repeating: "a", count: 7))
    #expect(many.status == 64)
    #expect(many.errors.contains("7 folders; give up to 6, which colours can tell apart."))
  }

  @Test("what a run's files hold is text and images, never markup or a script of the page")
  func escaping() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = "<i>&'\""
    try program.write("c.yaml", ReportFolder.config(particles: 100))
    _ = try program.run("run", "c.yaml", "--output", folder)
    let evil = "</script><script>alert(1)</script><b>\u{7}"
    try program.write(
      "\(folder)/metrics.json", "{\"</script><b>\": \"</td><b>\", \"valid\": 0.97312345, \"count\": 481}")
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent("\(folder)/pictures"), withIntermediateDirectories: true)
    try program.write(
      "\(folder)/pictures/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(2)</script></svg>")
    try program.write("\(folder)/pictures/a.txt", evil)
    try program.write("\(folder)/pictures/\"><b>.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    #expect(try program.run("report", folder).status == 0)
    let page = try program.text("\(folder)/report.html")
    #expect(page.components(separatedBy: "<script").count == 4, "the data, the library and the drawing")
    for markup in ["<b>", "<i>", "alert(1)</script>", "alert(2)", "\u{7}"] {
      #expect(!page.contains(markup), "\(markup)")
    }
    #expect(page.contains("<h1>&lt;i&gt;&amp;&#39;&quot;</h1>"))
    #expect(
      page.contains(
        "<figcaption>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;\u{FFFD}</figcaption>"))
    #expect(page.contains("<th scope=\"row\">&lt;/script&gt;&lt;b&gt;</th><td>&lt;/td&gt;&lt;b&gt;</td>"))
    #expect(page.contains("<td>0.97312</td>") && page.contains("<td>481</td>"))
  }

  @Test("the page allows its own two scripts and nothing from elsewhere")
  func policy() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    _ = try ReportFolder(program, particles: 100)
    _ = try program.run("report", "out")
    let page = try program.text("out/report.html")
    let policy = page.components(separatedBy: "http-equiv=\"Content-Security-Policy\" content=\"")[1]
      .prefix { $0 != "\"" }.replacingOccurrences(of: "&#39;", with: "'")
    #expect(
      policy.hasPrefix("default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"))
    #expect(policy.components(separatedBy: "'sha256-").count == 3)
    let markup = page.components(separatedBy: "<script")[0]
    for attribute in ["src=\"http", "href=", "url(", "@import"] { #expect(!markup.contains(attribute)) }
  }

  // MARK: - Folders that cannot be reported

  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let status: Int32
    let errors: String
    let damage: @Sendable (ReportFolder) throws -> Void

    init(
      _ description: String, _ status: Int32, _ errors: String,
      _ damage: @escaping @Sendable (ReportFolder) throws -> Void
    ) {
      testDescription = description
      self.status = status
      self.errors = errors
      self.damage = damage
    }

    static func missing(_ name: String) -> Fault {
      Fault("without \(name)", 66, "out/\(name): no such file") { folder in
        try FileManager.default.removeItem(at: folder.program.folder.appendingPathComponent("out/\(name)"))
      }
    }

    static func array<Element: NPYElement>(
      _ name: String, _ shape: [Int], _ values: [Element], _ errors: String
    ) -> Fault {
      Fault("\(name) of shape \(shape)", 65, "out/\(name): \(errors)") { folder in
        try Data(NPYArray(shape: shape, values: values).fileBytes).write(
          to: folder.program.folder.appendingPathComponent("out/\(name)"))
      }
    }
  }

  static let faults: [Fault] = [
    .missing("summary.json"), .missing("trace.csv"), .missing("config.yaml"), .missing("samples.npy"),
    .missing("log_weights.npy"), .missing("ancestors.npy"), .missing("genealogy.npy"),
    Fault(
      "a summary cut short", 65, "out/summary.json:3: is not JSON: found the end where ',' or '}' should be"
    ) {
      try $0.program.write("out/summary.json", "{\n  \"schema_version\": 1\n")
    },
    Fault(
      "a summary without a figure", 65, "out/summary.json: has no 'seed'; give the folder of a finished run"
    ) {
      try $0.program.write("out/summary.json", "{\"schema_version\": 1}")
    },
    Fault("a summary of a later version", 65, "out/summary.json: 'schema_version' is 3; give 1 or 2") {
      try $0.set("schema_version", "3")
    },
    Fault("a figure of the wrong kind", 65, "out/summary.json: 'particles' is 'many'; give a whole number") {
      try $0.set("particles", "\"many\"")
    },
    Fault("a list for a figure", 65, "out/summary.json: 'log_normalizer' is a list; give a number or null") {
      try $0.set("log_normalizer", "[1]")
    },
    Fault(
      "another number of particles", 65, "out/samples.npy: has shape [100, 2]; summary.json says [99, 2]"
    ) { try $0.set("particles", "99") },
    Fault(
      "a trace with a row too few", 65,
      "out/trace.csv: has 101 rows for the 101 steps of summary.json; it needs one more than steps"
    ) { try $0.set("steps", "101") },
    Fault("a trace without a column", 65, "out/trace.csv:1: has no column 'noise_level'; fkc run writes it") {
      let text = try $0.program.text("out/trace.csv")
      try $0.program.write("out/trace.csv", text.replacingOccurrences(of: "noise_level", with: "level"))
    },
    Fault("a trace with a word for a number", 65, "out/trace.csv:7: control_slope is 'steep'; give a number")
    {
      try $0.set("control_slope", ofStep: 5, "steep")
    },
    Fault("a trace with a cell too many", 65, "out/trace.csv:7: has 11 cells, the first line 10") {
      try $0.set("control_slope", ofStep: 5, "0,0")
    },
    Fault("a trace that is empty", 65, "out/trace.csv: is empty") {
      try $0.program.write("out/trace.csv", "")
    },
    .array("samples.npy", [100, 2], [Float](repeating: .nan, count: 200), "row 0 is not finite"),
    .array("log_weights.npy", [100], [Double](repeating: -.infinity, count: 100), "every weight is 0"),
    .array("log_weights.npy", [100], [Double](repeating: .nan, count: 100), "row 0 is nan"),
    .array(
      "ancestors.npy", [100], [Int64](repeating: 100, count: 100), "row 0 is 100; ancestors are from 0 to 99"),
    .array(
      "genealogy.npy", [31, 100], [Int32](repeating: 0, count: 3100),
      "has shape [31, 100]; trace.csv and summary.json say [32, 100]"),
    .array(
      "genealogy.npy", [32, 100], [Int32](repeating: -1, count: 3200),
      "slice 0 has -1; slots are from 0 to 99"),
    .array(
      "genealogy.npy", [32, 100], [Int32](repeating: 7, count: 3200),
      "does not lead to the ancestors of ancestors.npy"),
    Fault(
      "an array that is none", 65, "out/samples.npy: is not an NPY file; its first bytes are not \\x93NUMPY"
    ) {
      try $0.program.write("out/samples.npy", "samples, as text")
    },
    Fault("metrics that are nested", 65, "out/metrics.json: 'a' is an object; give a number, a text or null")
    {
      try $0.program.write("out/metrics.json", "{\"a\": {}}")
    },
    Fault("a picture that is none", 65, "out/pictures/a.svg: is not an SVG: it holds no '<svg' in UTF-8") {
      try FileManager.default.createDirectory(
        at: $0.program.folder.appendingPathComponent("out/pictures"), withIntermediateDirectories: true)
      try $0.program.write("out/pictures/a.svg", "a picture")
    },
  ]

  @Test("names the file that is missing or damaged, and writes nothing", arguments: faults)
  func damaged(_ fault: Fault) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = try ReportFolder(program, particles: 100)
    try fault.damage(folder)
    let outcome = try program.run("report", "out")
    #expect(outcome == .init(status: fault.status, output: "", errors: "fkc: \(fault.errors)\n"))
    #expect(!program.entries().contains("out/report.html"))
  }

  @Test("a folder of an older version, which recorded no genealogy, is reported without one")
  func withoutGenealogy() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    _ = try ReportFolder(program, particles: 100)
    let lines = try program.text("out/trace.csv").split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",")
    }
    try program.write("out/trace.csv", lines.joined(separator: "\n") + "\n")
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("out/genealogy.npy"))
    #expect(try program.run("report", "out").status == 0)
    #expect(!(try program.text("out/report.html").contains("data-chart=\"genealogy\"")))
  }

  @Test("a place that cannot be written is an error of its own")
  func unwritable() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    _ = try ReportFolder(program, particles: 100)
    let outcome = try program.run("report", "out", "--output", "nowhere/report.html")
    #expect(
      outcome
        == .init(status: 73, output: "", errors: "fkc: nowhere/report.html: No such file or directory\n"))
  }
}
