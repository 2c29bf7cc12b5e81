import FeynmanKac
import Foundation
import Testing

/// One list of warnings: in the summary, on standard error, in sweeps' tables and in the report.
@Suite("a doubtful run says so everywhere")
struct TrustTests {
  /// Few particles at a high exponent: few ancestors.
  private static let hard = """
    particles: 100
    process: {kind: variance-exploding}
    models: {a: {kind: gaussian-mixture, means: [[-3, 0], [2, 1]], weights: [0.3, 0.7], standard_deviations: 0.8}}
    target: {annealed: {model: a, inverse_temperature: 6}, path: constant}
    sampler: {steps: 100, control: radial}
    output: {directory: out}

    """
  private static let sentence =
    "The particles descend from only [0-9]+ of 100 at the start, and by their weights from about [0-9.]+, so that what was "
    + "decided at high noise rests on few draws: log Z has no standard error\\. Try path: auto, control: linear, noise_scale 2 with 4 "
    + "times the steps, or more particles\\."

  @Test("in the summary, on standard error and in the report, and --strict ends with 70")
  func run() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.hard)
    let outcome = try program.run("run", "c.yaml", "--progress", "none")
    #expect(outcome.status == 0)
    let summary = try program.json("out/summary.json")
    #expect(summary["trust"] as? String == "doubtful")
    #expect(summary["log_normalizer_standard_error"] is NSNull)
    #expect(summary["log_normalizer_interval"] is NSNull)
    #expect(summary["mean_standard_error"] is NSNull)
    #expect(summary["step_size_error_measured"] as? Bool == false)
    let reason = try #require(summary["standard_error_missing"] as? String)
    #expect(reason.hasPrefix("all weight descends from about "))
    let warnings = try #require(summary["warnings"] as? [[String: Any]])
    let few = try #require(warnings.first { $0["code"] as? String == "few-ancestors" })
    #expect(few["doubtful"] as? Bool == true)
    #expect(
      (few["sentence"] as! String).range(of: "^" + Self.sentence + "$", options: .regularExpression) != nil)
    let codes = warnings.map { $0["code"] as! String }
    let lines = outcome.errors.split(separator: "\n").map(String.init)
    for warning in warnings {
      let kind = warning["doubtful"] as! Bool ? "doubtful" : "warning"
      #expect(lines.contains("c.yaml: \(kind): \(warning["sentence"] as! String)"))
    }
    let doubts = warnings.filter { $0["doubtful"] as! Bool }.map { $0["code"] as! String }
    #expect(lines.last == "fkc: the result in out is doubtful: \(doubts.joined(separator: ", "))")
    let page = try program.text("out/report.html")
    #expect(page.contains("<p class=\"doubtful\"><b>Doubtful.</b>"))
    for code in codes { #expect(page.contains("<li data-rule=\"\(code)\"")) }
    #expect(page.contains("not measured; step_size_error: doubling measures it"))

    let strict = try program.run("run", "c.yaml", "--progress", "none", "--overwrite", "--strict")
    #expect(strict.status == 70)
    #expect(
      strict.errors.hasSuffix("fkc: the result in out is doubtful: \(doubts.joined(separator: ", "))\n"))
    #expect(try program.json("out/summary.json")["trust"] as? String == "doubtful", "the result is kept")
  }

  @Test("in a sweep's tables and after it, and --strict ends with 70")
  func sweep() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.hard)
    let arguments = [
      "sweep", "c.yaml", "--set", "target.annealed.inverse_temperature=1,6", "--seeds", "1", "--output", "s",
      "--progress",
      "none",
    ]
    let outcome = try program.run(arguments)
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.contains(
        "\nfkc: 1 of 2 runs are doubtful:\nc/inverse_temperature=6/seed=1: few-ancestors"))
    let runs = try program.json("s/sweep.json")["runs"] as! [[String: Any]]
    let figures = runs.map { $0["figures"] as! [String: Any] }
    #expect(figures.map { $0["trust"] as! String } == ["ok", "doubtful"])
    #expect(figures[0]["warnings"] as? String == "")
    #expect((figures[1]["warnings"] as! String).hasPrefix("few-ancestors"))
    let table = try program.text("s/table.csv").split(separator: "\n")
    #expect(table[0].hasPrefix("config,target.annealed.inverse_temperature,runs,failed,doubtful,"))
    #expect(table[1].hasPrefix("c,1,1,0,0,") && table[2].hasPrefix("c,6,1,0,1,"))
    let strict = try program.run(arguments + ["--strict"])
    #expect(strict.status == 70)
    #expect(strict.errors.hasSuffix("fkc: --strict: 1 of 2 runs are doubtful\n"))
  }

  @Test("a run that no rule doubts is ok, with an interval and errors of its means")
  func ok() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.hard)
    let outcome = try program.run(
      "run", "c.yaml", "--progress", "none", "--strict", "--set", "target.annealed.inverse_temperature=1.2",
      "--set",
      "particles=1000")
    #expect(outcome == .init(status: 0, output: "out\n", errors: ""))
    let summary = try program.json("out/summary.json")
    #expect(summary["trust"] as? String == "ok")
    let value = summary["log_normalizer"] as! Double
    let error = summary["log_normalizer_standard_error"] as! Double
    let interval = summary["log_normalizer_interval"] as! [Double]
    // The middle is free of what is known to be off; Student's t of the pair's few particles makes its noise count for more.
    let (step, noise) = (
      summary["step_size_error"] as! Double, summary["step_size_error_standard_error"] as! Double
    )
    #expect(step != 0 && noise > 0)
    #expect(abs(0.5 * (interval[0] + interval[1]) - (value + 0.5 * error * error - step)) < 1e-12)
    let least = 1.959964 * (error * error + noise * noise).squareRoot()
    let half = 0.5 * (interval[1] - interval[0])
    #expect(half >= least && half < 1.4 * least)
    #expect((summary["mean_standard_error"] as! [Double]).allSatisfy { $0 > 0.01 && $0 < 1 })
    #expect(try program.text("out/report.html").contains("No warnings: no rule found a reason for doubt."))

    let islands = try program.run(
      "run", "c.yaml", "--progress", "none", "--overwrite", "--set",
      "target.annealed.inverse_temperature=1.2", "--set",
      "particles=4000", "--set", "islands=8", "--set", "sampler.step_size_error=none")
    #expect(islands.status == 0)
    let merged = try program.json("out/summary.json")
    let spread = merged["log_normalizer_standard_error"] as! Double
    let ends = merged["log_normalizer_interval"] as! [Double]
    let middle = (merged["log_normalizer"] as! Double) + 0.5 * spread * spread
    // Student's t of seven degrees of freedom.
    #expect(abs(ends[0] - (middle - 2.364624 * spread)) < 1e-6 * spread)
    #expect(abs(ends[1] - (middle + 2.364624 * spread)) < 1e-6 * spread)
  }
}
