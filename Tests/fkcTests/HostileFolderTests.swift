import FeynmanKac
import Foundation
import Testing

/// Results that somebody or something changed: each is shown or refused in a sentence.
@Suite("hostile run folders") struct HostileFolderTests {
  /// The first three ended the process.
  @Test("figures that no run has are refused by name")
  func figures() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = try ReportFolder(program, particles: 50)
    let summary = try program.text("out/summary.json")
    let whole = "give a whole number from"
    let cases: [(String, String, String)] = [
      ("effective_sample_size", "-5", "'effective_sample_size' is -5.0; give a number from 0 to 2147483647"),
      (
        "effective_sample_size", "1e308",
        "'effective_sample_size' is 1e+308; give a number from 0 to 2147483647"
      ),
      ("steps", "9223372036854775807", "'steps' is 9223372036854775807; \(whole) 1 to 2147483647"),
      (
        "minimum_effective_sample_size", "51",
        "'minimum_effective_sample_size' is 51.0; there are 50 particles"
      ),
      ("particles", "0", "'particles' is 0; \(whole) 1 to 2147483647"),
      ("islands", "51", "'islands' is 51; \(whole) 1 to 50"),
      ("resample_count", "102", "'resample_count' is 102; \(whole) 0 to 101"),
      ("unique_ancestors", "51", "'unique_ancestors' is 51.0; there are 50 particles"),
      ("intrinsic_dimensions", "3", "'intrinsic_dimensions' is 3; \(whole) 0 to 2"),
      ("dimensions", "18446744073709551616", "'dimensions' is 18446744073709551616; give a whole number"),
      ("log_normalizer", "1e400", "'log_normalizer' is 1e400; give a number or null"),
    ]
    for (key, value, problem) in cases {
      try folder.set(key, value)
      #expect(
        try program.run("report", "out")
          == .init(status: 65, output: "", errors: "fkc: out/summary.json: \(problem)\n"))
      try program.write("out/summary.json", summary)
    }
  }

  @Test("a trace is held against the summary, line by line")
  func trace() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = try ReportFolder(program, particles: 50)
    let text = try program.text("out/trace.csv")
    let cases: [(String, Int, String, String)] = [
      ("step", 7, "9223372036854775807", ":9: step is 9223372036854775807; here stands step 7"),
      ("step", 7, "8", ":9: step is 8; here stands step 7"),
      (
        "effective_sample_size", 3, "1e308",
        ": step 3: effective_sample_size is 1e+308; summary.json allows 0 to 50"
      ),
      ("unique_ancestors", 3, "51", ": step 3: unique_ancestors is 51; summary.json allows 0 to 50"),
      ("resampled", 3, "2", ": step 3: resampled is 2; summary.json allows 0 to 1"),
      ("noise_level", 3, "-1", ":5: noise_level is -1.0; noise levels are above 0"),
    ]
    for (column, step, value, problem) in cases {
      try folder.set(column, ofStep: step, value)
      #expect(
        try program.run("report", "out")
          == .init(status: 65, output: "", errors: "fkc: out/trace.csv\(problem)\n"))
      try program.write("out/trace.csv", text)
    }
    // As other systems end their lines.
    try program.write("out/trace.csv", text.replacing("\n", with: "\r\n"))
    try program.write("out/summary.json", try program.text("out/summary.json").replacing("\n", with: "\r\n"))
    #expect(try program.run("report", "out").status == 0)
  }

  @Test("numbers as large as floats are, and weights beyond all measure, are drawn")
  func extremes() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = try ReportFolder(program, particles: 50)
    let path = program.folder.path + "/out/"
    func write<Element: NPYElement>(_ name: String, _ shape: [Int], _ values: [Element]) throws {
      try Data(NPYArray(shape: shape, values: values).fileBytes).write(to: URL(fileURLWithPath: path + name))
    }
    let big = Float.greatestFiniteMagnitude
    let one = Float(1)
    for values in [
      (0..<50).map { $0 == 0 ? one.nextUp : one }, (0..<50).map { $0 % 2 == 0 ? big : -big },
      (0..<50).map { Float($0) * .leastNonzeroMagnitude },
    ] {
      try write("samples.npy", [50, 2], values.flatMap { [$0, -$0] })
      #expect(try program.run("report", "out").status == 0)
    }
    for weights in [1.7e308, -1.7e308, 1e16, 5e-324] {
      try write("log_weights.npy", [50], (0..<50).map { $0 % 2 == 0 ? weights : -weights / 3 })
      #expect(try program.run("report", "out").status == 0, "\(weights)")
    }
    _ = folder
  }

  @Test("a metrics.json that says nothing, the same twice, or too much is refused by its own name")
  func metrics() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text([2: "particles: 20", 10: "sampler: {steps: 5}"]))
    let sweep = ["sweep", "c.yaml", "--seeds", "1", "--output", "grid", "--progress", "none", "--no-report"]
    #expect(try program.run(sweep).status == 0)
    let file = try #require(program.entries().first { $0.hasSuffix("/summary.json") })
      .replacing("summary.json", with: "metrics.json")
    let cases: [(String, String, String)] = [
      ("", ":1: the file is empty", ":1: is not JSON: found the end where a value should be"),
      (
        "{\"a\": 1,\n\"a\": 2}", ":2: a: repeated key; it was first given on line 1",
        ":2: is not JSON: found the key 'a' a second time"
      ),
      (
        String(repeating: "[", count: 200), ":1: lists and mappings are more than 128 deep",
        ":1: is not JSON: found lists and objects more than 15 deep"
      ),
    ]
    for (text, sweepProblem, reportProblem) in cases {
      try program.write(file, text)
      let collected = try program.run(sweep)
      #expect(
        collected.status == 65 && collected.errors.hasSuffix("\(file)\(sweepProblem)\n"), "\(collected)")
      let run = String(file.dropLast("/metrics.json".count))
      #expect(
        try program.run("report", run)
          == .init(status: 65, output: "", errors: "fkc: \(file)\(reportProblem)\n"))
    }
    try Data([0xEF, 0xBB, 0xBF] + Array("{\"a\": 1}\r\n".utf8)).write(
      to: program.folder.appendingPathComponent(file))
    #expect(try program.run(sweep).status == 0)
    #expect(try program.text("grid/sweep.csv").contains(",a"))
  }

  /// The count was that of the particles before the samples were drawn of them.
  @Test("unique_ancestors counts the ancestors in ancestors.npy", arguments: ["weighted", "resampled"])
  func ancestors(samples: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    let outcome = try program.run(
      "run", "c.yaml", "--progress", "none", "--set", "output.samples=\(samples)", "--set",
      "resampling.ess_threshold=0.2")
    #expect(outcome.status == 0)
    let ancestors = try NPYArray<Int64>(file: program.folder.path + "/out/ancestors.npy").values
    let counted = try program.json("out/summary.json")["unique_ancestors"] as? Int
    #expect(counted == Set(ancestors).count)
    // Parents of the slices lead to them.
    let genealogy = try NPYArray<Int32>(file: program.folder.path + "/out/genealogy.npy")
    var slots = Array(0..<100)
    for slice in (0..<genealogy.shape[0]).reversed() {
      slots = slots.map { Int(genealogy.values[100 * slice + $0]) }
    }
    #expect(slots.map { Int64($0) } == ancestors)
  }
}
