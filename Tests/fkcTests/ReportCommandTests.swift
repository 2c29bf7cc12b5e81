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
    let outcome = try program.run(
      "run", "c.yaml", "--set", "resampling.ess_threshold=0.99", "--set", "target.path=constant")
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
}
