import FeynmanKac
import Foundation
import Testing

// Folders that cannot be reported.

extension ReportCommandTests {
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
    Fault(
      "without summary.json", 66,
      "out/summary.json: no such file; without it samples.npy and the files beside it are of no whole run"
    ) {
      try FileManager.default.removeItem(at: $0.program.folder.appendingPathComponent("out/summary.json"))
    },
    .missing("trace.csv"), .missing("config.yaml"), .missing("samples.npy"),
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
    // Seen to catch: cells of columns that no figure shows, which were not looked at.
    Fault(
      "a trace with half a number, which no figure shows", 65, "out/trace.csv:2: time is '1.x'; give a number"
    ) {
      try $0.set("time", ofStep: 0, "1.x")
    },
    Fault("a trace with more than a number", 65, "out/trace.csv:2: time is '1.0\\u{0}'; give a number") {
      try $0.set("time", ofStep: 0, "1.0\0")
    },
    Fault("a trace with a cell too many", 65, "out/trace.csv:7: has 13 cells, the first line 12") {
      try $0.set("control_slope", ofStep: 5, "0,0")
    },
    Fault("a trace that was cut short", 65, "out/trace.csv: ends within a line: it was cut short") {
      try $0.program.write("out/trace.csv", String(try $0.program.text("out/trace.csv").dropLast(3)))
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
    Fault("a label that is no text", 65, "out/metrics_labels.json: 'a' is 1; give a text") {
      try $0.program.write("out/metrics.json", "{\"a\": 0.5}")
      try $0.program.write("out/metrics_labels.json", "{\"a\": 1}")
    },
    .array(
      "energies.npy", [99], [Double](repeating: 0, count: 99), "has shape [99]; summary.json says [100]"),
    .array("energies.npy", [100], [Double](repeating: .nan, count: 100), "row 0 is not finite"),
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
      line.split(separator: ",", omittingEmptySubsequences: false).dropLast(3).joined(separator: ",")
    }
    try program.write("out/trace.csv", lines.joined(separator: "\n") + "\n")
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("out/genealogy.npy"))
    #expect(try program.run("report", "out").status == 0)
    let page = try program.text("out/report.html")
    #expect(!page.contains("data-chart=\"genealogy\"") && !page.contains("There is no genealogy to draw"))
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
