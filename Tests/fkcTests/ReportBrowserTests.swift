import Foundation
import Testing

/// Reports in a real browser, offline. Seen to catch: a figure without data, an error in the page's script, images let in
/// from elsewhere. `make chromium` installs one; FKC_TEST_BROWSER=required forbids to skip these.
@Suite("a report in a browser", .serialized)
struct ReportBrowserTests {
  private static let isInstalled =
    ProcessInfo.processInfo.environment["FKC_TEST_BROWSER"] == "required" || Browser.executable != nil
  private static let reason: Comment = "Chromium is not installed; make chromium installs it"

  /// What a page is made from, and the figures that it must have.
  struct Example: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let runs: [[String]]
    let figures: Set<String>
  }

  private static let path: Set = [
    "effective-sample-size", "log-normalizer", "log-normalizer-end", "ancestors", "control-slope",
    "score-residual",
  ]
  private static let chain =
    "models.c={kind: gaussian, mean: [0, 0, 0, 0, 0, 0], standard_deviation: [3, 1, 2, 5, 4, 1]}"

  static let examples: [Example] = [
    Example(
      testDescription: "of two dimensions", runs: [[]],
      figures: path.union(["weights", "pair-0-1", "marginal-0", "marginal-1"])),
    Example(
      testDescription: "of eight islands, resampled", runs: [["islands=8", "output.samples=resampled"]],
      figures: path.union(["pair-0-1", "marginal-0", "marginal-1"])),
    Example(
      testDescription: "without correction", runs: [["correction=none"]],
      figures: ["effective-sample-size", "ancestors", "pair-0-1", "marginal-0", "marginal-1"]),
    Example(
      testDescription: "of a run that resamples often",
      runs: [["islands=2", "resampling.ess_threshold=0.99", "target.path=constant"]],
      figures: path.subtracting(["log-normalizer-end"]).union([
        "genealogy", "weights", "pair-0-1", "marginal-0", "marginal-1",
      ])),
    Example(
      testDescription: "of one dimension and a path of less than two decades",
      runs: [
        [
          "models.c={kind: gaussian, mean: [1], standard_deviation: 2}",
          "target={annealed: {model: c, inverse_temperature: 2}}",
          "process={kind: variance-exploding, sigma_min: 0.5, sigma_max: 3}",
        ]
      ], figures: path.union(["weights", "marginal-0"])),
    Example(
      testDescription: "of six dimensions, of which four are shown",
      runs: [[chain, "target={annealed: {model: c, inverse_temperature: 2}}"]],
      figures: path.union([
        "weights", "marginal-0", "marginal-2", "marginal-3", "marginal-4", "pair-0-2", "pair-0-3", "pair-0-4",
        "pair-2-3", "pair-2-4", "pair-3-4",
      ])),
    Example(
      testDescription: "of two runs side by side", runs: [[], ["sampler.control=none", "seed=8"]],
      figures: path.subtracting(["log-normalizer-end"]).union([
        "log-normalizer-difference", "weights", "marginal-0", "marginal-1", "pair-0-1-run-1",
        "pair-0-1-run-2",
      ])),
  ]

  @Test(
    "draws every figure, runs no other script, loads nothing and says nothing to the console",
    .enabled(if: isInstalled, reason), arguments: examples)
  func draws(_ example: Example) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let page = try Self.browser(program).load(try Self.report(program, example))
    #expect(page.root("data-report") == "drawn")
    #expect(page.root("data-faults") == "0")
    #expect(page.console == [])
    #expect(Set(page.figures.keys) == example.figures)
    for (name, marks) in page.figures { #expect((marks ?? 0) > 0, "\(name) is empty") }
  }

  @Test("shows pictures, and none of the scripts in them run", .enabled(if: isInstalled, reason))
  func pictures() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let file = try Self.report(program, Self.examples[0])
    let browser = Self.browser(program)
    let svg =
      "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/><script>parent.document.title = 'taken'</script></svg>"
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent("run-1/pictures"), withIntermediateDirectories: true)
    try program.write("run-1/pictures/a.svg", svg)
    #expect(try program.run("report", "run-1").status == 0)
    let page = try browser.load(file)
    #expect(page.root("data-faults") == "0")
    #expect(page.document.contains("data-picture=\"a\""))
    #expect(page.document.contains("<title>run-1</title>"))
    // An image that cannot be shown is counted.
    try program.write("run-1/pictures/a.svg", "<svg")
    #expect(try program.run("report", "run-1").status == 0)
    #expect(try browser.load(file).root("data-faults") == "1")
  }

  @Test(
    "counts what goes wrong: a figure that cannot be drawn, a script that is not its own, a thing from elsewhere",
    .enabled(if: isInstalled, reason))
  func faults() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let file = try Self.report(program, Self.examples[0])
    let browser = Self.browser(program)
    let sound = try String(contentsOf: file, encoding: .utf8)
    func page(_ change: (inout String) -> Void) throws -> Browser.Page {
      var text = sound
      change(&text)
      precondition(text != sound)
      try Data(text.utf8).write(to: file)
      return try browser.load(file)
    }
    let broken = try page {
      $0 = $0.replacingOccurrences(of: "\"type\": \"rect\"", with: "\"type\": \"wrecked\"")
    }
    #expect(broken.root("data-faults") == "4")
    #expect(
      Set(broken.figures.filter { $0.value == nil }.keys) == [
        "weights", "pair-0-1", "marginal-0", "marginal-1",
      ])
    #expect(broken.document.contains("This figure could not be drawn: "))
    let foreign = try page {
      $0 = $0.replacingOccurrences(of: "</h1>", with: "</h1><script>document.title = 1</script>")
    }
    #expect(foreign.console.count == 1)
    #expect(foreign.document.contains("<title>run-1</title>"))
    let loading = try page {
      $0 = $0.replacingOccurrences(of: "</footer>", with: "</footer><img src=\"https://localhost/a.png\">")
    }
    #expect(loading.console.contains { $0.contains("Content Security Policy") })
    #expect(loading.root("data-faults") != "0")
  }

  @Test("is not blank, neither light nor dark nor printed", .enabled(if: isInstalled, reason))
  func looks() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let file = try Self.report(program, Self.examples[0])
    let browser = Self.browser(program)
    let blank = program.folder.appendingPathComponent("blank.html")
    try Data("<!DOCTYPE html><title>blank</title>".utf8).write(to: blank)
    // A picture of one colour packs into few bytes, a page of text and figures does not.
    let empty = try browser.picture(of: blank)
    let light = try browser.picture(of: file)
    let dark = try browser.picture(of: file, dark: true)
    #expect(light.count > 5 * empty.count)
    #expect(dark.count > 5 * empty.count)
    #expect(light != dark)
    let paper = try browser.print(file)
    #expect(paper.starts(with: Data("%PDF".utf8)))
    #expect(paper.count > 5 * (try browser.print(blank)).count)
  }

  /// Seen to catch: tables that do not scroll by themselves.
  @Test(
    "is no wider than a phone, and says of every picture what it is", .enabled(if: isInstalled, reason),
    arguments: [examples[0], examples[examples.count - 1]])
  func phone(_ example: Example) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let file = try Self.report(program, example)
    let browser = Self.browser(program)
    #expect(try browser.contentWidth(of: file, width: 390) == 390)
    #expect(try browser.contentWidth(of: file, width: 1040) == 1040)
    let charts = try browser.load(file).document.components(separatedBy: "<div class=\"chart ").dropFirst()
    #expect(charts.count == example.figures.count)
    for chart in charts {
      let tag = chart.prefix { $0 != ">" }
      #expect(tag.contains("role=\"graphics-document\"") && tag.contains("aria-label=\""), "\(tag)")
    }
  }

  @Test("of a sweep has a figure for each setting, on a phone too", .enabled(if: isInstalled, reason))
  func sweep() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 100))
    let outcome = try program.run(
      "sweep", "c.yaml", "--set", "particles=100,200", "--set", "resampling.scheme=killing,systematic",
      "--seeds",
      "0-1", "--output", "s", "--progress", "none")
    #expect(outcome.status == 0)
    let file = program.folder.appendingPathComponent("s/report.html")
    let browser = Self.browser(program)
    let page = try browser.load(file)
    #expect(page.root("data-report") == "drawn" && page.root("data-faults") == "0" && page.console == [])
    #expect(Set(page.figures.keys) == ["sweep-0", "sweep-1"])
    for (name, marks) in page.figures { #expect((marks ?? 0) > 0, "\(name) is empty") }
    #expect(try browser.contentWidth(of: file, width: 390) == 390)
  }

  // MARK: -

  private static func browser(_ program: CommandLineProgram) -> Browser {
    Browser(profile: program.folder.appendingPathComponent("browser"))
  }

  /// Runs an example and reports it.
  private static func report(_ program: CommandLineProgram, _ example: Example) throws -> URL {
    try program.write("c.yaml", ReportFolder.config(particles: 400))
    var folders: [String] = []
    for (index, settings) in example.runs.enumerated() {
      folders.append("run-\(index + 1)")
      let outcome = try program.run(
        ["run", "c.yaml", "--output", folders[index], "--progress", "none"]
          + settings.flatMap { ["--set", $0] })
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    let outcome = try program.run(["report"] + folders)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return program.folder.appendingPathComponent(outcome.output.trimmingCharacters(in: .newlines))
  }
}
