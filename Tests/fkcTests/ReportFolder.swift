import FeynmanKac
import Foundation

/// A finished run of a small, healthy config, and ways to change what its files say.
struct ReportFolder {
  let program: CommandLineProgram
  let name = "out"

  /// Enough steps and particles that no rule has anything to say.
  static func config(particles: Int = 2000, islands: Int = 1) -> String {
    TinyConfig.text([
      2: "particles: \(particles)", 3: "islands: \(islands)",
      10: "sampler: {steps: 100, noise_scale: 1.2, control: radial}",
    ])
  }

  /// The run that is in `out`.
  init(of program: CommandLineProgram) { self.program = program }

  init(_ program: CommandLineProgram, particles: Int = 2000) throws {
    self.program = program
    try program.write("c.yaml", Self.config(particles: particles))
    let outcome = try program.run("run", "c.yaml", "--progress", "none", "--no-report")
    precondition(outcome.status == 0, outcome.errors)
  }

  /// Puts the JSON text of a value in place of a figure of the summary.
  func set(_ key: String, _ value: String) throws {
    var found = false
    let lines = try program.text("out/summary.json").split(separator: "\n").map { line -> String in
      guard line.hasPrefix("  \"\(key)\": ") else { return String(line) }
      found = true
      return "  \"\(key)\": \(value)" + (line.hasSuffix(",") ? "," : "")
    }
    precondition(found, "no line of the summary has '\(key)'")
    try program.write("out/summary.json", lines.joined(separator: "\n") + "\n")
  }

  /// Replaces a cell of the trace, by step and the name of its column.
  func set(_ column: String, ofStep step: Int, _ value: String) throws {
    var lines = try program.text("out/trace.csv").split(separator: "\n").map(String.init)
    let index = lines[0].split(separator: ",").firstIndex { $0 == column }!
    var cells = lines[step + 1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    cells[index] = value
    lines[step + 1] = cells.joined(separator: ",")
    try program.write("out/trace.csv", lines.joined(separator: "\n") + "\n")
  }

  func value(_ column: String, ofStep step: Int) throws -> Double {
    let lines = try program.text("out/trace.csv").split(separator: "\n")
    let index = lines[0].split(separator: ",").firstIndex { $0 == column }!
    return Double(lines[step + 1].split(separator: ",", omittingEmptySubsequences: false)[index])!
  }

  private func setLogWeights(_ values: [Double]) throws {
    try Data(NPYArray(shape: [values.count], values: values).fileBytes).write(
      to: program.folder.appendingPathComponent("out/log_weights.npy"))
  }

  /// The names of the rules that found something, as the page has them, from a report made anew.
  func rules() throws -> [String] {
    let outcome = try program.run("report", "out")
    precondition(outcome.status == 0, outcome.errors)
    return try program.text("out/report.html").split(separator: "<li data-rule=\"").dropFirst().map {
      String($0.prefix { $0 != "\"" })
    }
  }
}
