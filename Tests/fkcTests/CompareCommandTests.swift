import FeynmanKac
import Foundation
import Testing

@Suite struct CompareCommandTests {
  @Test("a run folder and a file give every measure, and the run's own model the energies")
  func measures() throws {
    try inFolder { folder in
      try write(folder, "b.npy", [200, 2], points(200, offset: 0.1))
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("run"), withIntermediateDirectories: true)
      try write(folder, "run/samples.npy", [150, 2], points(150, offset: 0))
      try write(folder, "run/log_weights.npy", [150], (0..<150).map { -Double($0) / 50 })
      try Data(Self.config.utf8).write(to: folder.appendingPathComponent("run/config.yaml"))
      try Data(#"{"particles": 150, "dimensions": 2}"#.utf8).write(
        to: folder.appendingPathComponent("run/summary.json"))
      let arguments = ["compare", "run", "b.npy", "--floor-repeats", "2", "--transport-samples", "50"]
      let (status, output, errors) = try run(folder, arguments)
      #expect(status == 0 && errors.isEmpty, "\(errors)")
      let json = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
      #expect(json["energy_model"] as? String == "run/config.yaml:q")
      let metrics = try #require(json["metrics"] as? [String: Any])
      #expect(Set(metrics.keys) == Set(SampleComparison.Measure.allCases.map(\.rawValue)))
      for (name, metric) in metrics {
        let figures = try #require(metric as? [String: Any], "\(name)")
        #expect(figures["value"] is Double && figures["floor_mean"] is Double, "\(name)")
      }
      let again = try run(folder, arguments)
      #expect(again.output == output)

      try Data("models: {}".utf8).write(to: folder.appendingPathComponent("run/config.yaml"))
      let broken = try run(folder, arguments)
      #expect(broken.status == 0 && broken.output.contains("\"energy_model\": null"))
      #expect(broken.errors.hasPrefix("fkc: no energies: the config of run cannot be used"))
    }
  }

  @Test("measures that do not apply are null")
  func nulls() throws {
    try inFolder { folder in
      try write(folder, "a.npy", [20, 5], points(50, offset: 0))
      let (status, output, _) = try run(folder, ["compare", "a.npy", "a.npy", "--floor-repeats", "0"])
      #expect(status == 0)
      let json = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
      let metrics = try #require(json["metrics"] as? [String: Any])
      #expect(
        metrics["total_variation"] is NSNull && metrics["energy_w1"] is NSNull && json["floor"] is NSNull)
      #expect((metrics["w2"] as? [String: Any])?["value"] as? Double == 0)
    }
  }

  @Test("faults name the file and end with their status, and leave nothing on stdout")
  func faults() throws {
    try inFolder { folder in
      try write(folder, "a.npy", [10, 2], points(10, offset: 0))
      try write(folder, "c.npy", [5, 4], points(10, offset: 0))
      try write(folder, "nan.npy", [1, 2], [1, Float.nan])
      try Data("text".utf8).write(to: folder.appendingPathComponent("text.npy"))
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("run"), withIntermediateDirectories: true)
      try write(folder, "run/samples.npy", [10, 2], points(10, offset: 0))
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("half"), withIntermediateDirectories: true)
      try write(folder, "half/samples.npy", [10, 2], points(10, offset: 0))
      try Data(#"{"particles": 10, "dimensions": 2}"#.utf8).write(
        to: folder.appendingPathComponent("run/summary.json"))
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("mixture"), withIntermediateDirectories: true)
      try write(folder, "mixture/samples.npy", [10, 2], points(10, offset: 0))
      try write(folder, "mixture/log_weights.npy", [10], (0..<10).map { -Double($0) })
      try Data(#"{"particles": 20, "dimensions": 2}"#.utf8).write(
        to: folder.appendingPathComponent("mixture/summary.json"))
      let cases: [([String], Int32, String)] = [
        (
          ["half", "a.npy"], 66,
          "fkc: half/summary.json: no such file; without it samples.npy and the files beside it are of no whole run\n"
        ),
        (
          ["a.npy", "mixture"], 65,
          "fkc: mixture/samples.npy: has shape [10, 2]; summary.json says [20, 2]\n"
        ),
        (["none.npy", "a.npy"], 66, "fkc: none.npy: no such file\n"),
        (["run", "a.npy"], 66, "fkc: run/log_weights.npy: no such file\n"),
        (["a.npy", "nan.npy"], 65, "fkc: nan.npy: row 0, column 1 is not finite\n"),
        (
          ["a.npy", "c.npy"], 65,
          "fkc: a.npy has 2 dimensions, c.npy has 4; only samples of one space compare\n"
        ),
        (["a.npy", "a.npy", "--mixture", "none.json"], 66, "fkc: none.json: no such file\n"),
        (
          ["a.npy", "a.npy", "--transport-samples", "0"], 64,
          "fkc: --transport-samples is 0; give at least 1\n"
        ),
      ]
      for (arguments, status, message) in cases {
        let outcome = try run(folder, ["compare"] + arguments)
        #expect(outcome.status == status && outcome.output.isEmpty && outcome.errors == message, "\(outcome)")
      }
      let text = try run(folder, ["compare", "text.npy", "a.npy"])
      #expect(text.status == 65 && text.errors.hasPrefix("fkc: text.npy: "))
      let power = try run(folder, ["compare", "a.npy", "a.npy", "--inverse-temperature", "2"])
      #expect(power.status == 64 && power.errors.contains("--inverse-temperature needs --mixture"))
    }
  }

  private static let config = """
    particles: 150
    process: {kind: variance-exploding}
    models:
      q: {kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0}
    target:
      annealed: {model: q, inverse_temperature: 2.0}
    """

  private func points(_ rows: Int, offset: Float) -> [Float] {
    (0..<rows * 2).map { offset + Float($0 * 7919 % 1009) / 400 }
  }

  private func write<Element: NPYElement>(
    _ folder: URL, _ name: String, _ shape: [Int], _ values: [Element]
  ) throws {
    try Data(NPYArray(shape: shape, values: values).fileBytes).write(to: folder.appendingPathComponent(name))
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fkc-compare-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  /// The test runner and `fkc` stand in one folder.
  private func run(_ folder: URL, _ arguments: [String]) throws -> (
    status: Int32, output: String, errors: String
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("fkc")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let outputText = output.fileHandleForReading.readDataToEndOfFile()
    let errorText = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: outputText, as: UTF8.self),
      String(decoding: errorText, as: UTF8.self)
    )
  }
}
