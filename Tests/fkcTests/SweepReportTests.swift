import Foundation
import Testing

/// Seen to catch: bars of one standard error; a file of somebody else replaced.
@Suite("the report of a sweep")
struct SweepReportTests {
  private static let config = """
    particles: 200
    process: {kind: variance-exploding}
    models: {a: {kind: gaussian-mixture, means: [[-3, 0], [2, 1]], weights: [0.3, 0.7], standard_deviations: 0.8}}
    target: {annealed: {model: a, inverse_temperature: 6}, path: constant}
    sampler: {steps: 100, control: radial}
    output: {directory: out}

    """
  private static let arguments = [
    "sweep", "c.yaml", "--set", "target.annealed.inverse_temperature=1.2,6", "--set", "sampler.steps=60,90",
    "--seeds", "1-2", "--output", "s", "--progress", "none",
  ]

  private func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", Self.config)
    return program
  }

  @Test("has log Z with two standard errors against each setting, and marks doubtful runs")
  func figures() throws {
    let program = try program()
    defer { program.remove() }
    #expect(try program.run(Self.arguments).status == 0)
    let runs = try program.json("s/sweep.json")["runs"] as! [[String: Any]]
    let figures = runs.map { $0["figures"] as! [String: Any] }
    let isDoubtful = figures.map { $0["trust"] as? String == "doubtful" }
    try #require(isDoubtful == [false, false, false, false, true, true, true, true])
    for (name, field) in [("sweep-0", [1.2, 6]), ("sweep-1", [60, 90])] {
      let layers = try program.layers(of: name, in: "s/report.html")
      #expect(layers.count == 4, "lines, bars, sound runs, doubtful runs")
      #expect(Set(layers[0].map { $0["x"] as! Double }) == Set(field))
      #expect(layers[2].count == 4 && layers[3].count == 4)
    }
    // Both seeds of the first combination: the error of their mean is that of both over two.
    let errors = figures[0..<2].map { $0["log_normalizer_standard_error"] as! Double }
    let mean = figures[0..<2].map { $0["log_normalizer"] as! Double }.reduce(0, +) / 2
    let bar = try program.layers(of: "sweep-0", in: "s/report.html")[1][0]
    let error = hypot(errors[0], errors[1]) / 2
    #expect(abs((bar["a"] as! Double) - (mean - 2 * error)) < 1e-3 * error + 1e-6)
    #expect(abs((bar["b"] as! Double) - (mean + 2 * error)) < 1e-3 * error + 1e-6)
    let page = try program.text("s/report.html")
    #expect(
      page.contains("<b>Doubtful.</b> The figures of 4 of 8 runs may be off by more than their errors."))
    #expect(page.contains("<b>c/inverse_temperature=6/steps=60/seed=1</b> "))

    let report = try program.run("report", "s")
    #expect(report == .init(status: 0, output: "s/report.html\n", errors: ""))
    #expect(try program.text("s/report.html") == page)
  }

  @Test("is left out where it is not wanted, or where a file of its name is somebody else's")
  func foreign() throws {
    let program = try program()
    defer { program.remove() }
    let few = ["sweep", "c.yaml", "--seeds", "1", "--output", "s", "--progress", "none"]
    #expect(try program.run(few + ["--no-report"]).status == 0)
    #expect(!program.entries().contains("s/report.html"))
    #expect(try program.run(few).status == 0)
    #expect(program.entries().contains("s/report.html"))
    // One that is there would be of other tables.
    #expect(try program.run(few + ["--no-report"]).status == 0)
    #expect(!program.entries().contains("s/report.html"))
    try program.write("s/report.html", "mine")
    let outcome = try program.run(few)
    #expect(outcome.status == 0 && outcome.output == "s/sweep.json\ns/sweep.csv\ns/table.csv\n")
    #expect(
      outcome.errors.contains(
        "fkc: no report: s/report.html: is there and is no report of fkc; give --output\n"))
    #expect(try program.text("s/report.html") == "mine")
    #expect(try program.run("report", "s", "--output", "page.html").status == 0)
    // Seeds alone are what it is drawn against.
    #expect(try program.text("page.html").contains("log Z against seed"))
    try program.write("s/sweep.json", "{\"runs\": 1}")
    #expect(
      try program.run("report", "s", "--output", "page.html")
        == .init(status: 65, output: "", errors: "fkc: s/sweep.json: 'runs' is 1; give a list\n"))
  }
}
