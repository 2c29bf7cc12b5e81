import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

/// Models in ONNX files, by files of Experiments/export/onnx_models.py.
@Suite struct ONNXModelTests {
  static let isInstalled: Bool = {
    ProcessInfo.processInfo.environment["FKC_TEST_ONNX"] == "required" || (try? OpenVINO.load()) != nil
  }()
  private static let reason: Comment = "OpenVINO is not installed; make onnx installs it"

  static let resources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../ScoreNetworksTests/Resources/ONNX").standardizedFileURL

  private static func model(_ settings: String) -> String {
    "  a: {kind: onnx, prediction: epsilon, noise_input: sigma, \(settings)}"
  }

  private func program(_ settings: String, particles: Int = 100) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write(
      "c.yaml",
      TinyConfig.text([
        2: "particles: \(particles)", 6: Self.model(settings),
        7: "  g: {kind: gaussian, mean: [1.0, -0.5], standard_deviation: 0.5}",
        9: "  annealed: {model: a, inverse_temperature: 2.0}",
      ]))
    for name in ["column", "network"] {
      try FileManager.default.copyItem(
        at: Self.resources.appendingPathComponent(name + ".onnx"),
        to: program.folder.appendingPathComponent(name + ".onnx"))
    }
    return program
  }

  // Seen to catch: the answer taken for a score.
  @Test("a file's scores are those of the Gaussian that it was made of", .enabled(if: isInstalled, reason))
  func score() throws {
    let program = try program("file: column.onnx")
    defer { program.remove() }
    let points: [Float] = (0..<1200).map { Float($0) / 100 - 5 }
    try Data(NPYArray(shape: [600, 2], values: points).fileBytes)
      .write(to: program.folder.appendingPathComponent("x.npy"))
    for name in ["a", "g"] {
      let outcome = try program.run(
        "score", "c.yaml", "--model", name, "--time", "0.6", "--input", "x.npy", "--output", "\(name).npy")
      #expect(outcome == .init(status: 0, output: "", errors: ""))
    }
    let own = try NPYArray<Float>(file: program.folder.appendingPathComponent("a.npy").path)
    let exact = try NPYArray<Float>(file: program.folder.appendingPathComponent("g.npy").path)
    for (own, exact) in zip(own.values, exact.values) {
      #expect(abs(own - exact) <= 5e-6 * max(abs(exact), 0.01))
    }
  }

  @Test(
    "the same bytes for 1, 2 and 3 threads, and from the stored config elsewhere",
    .enabled(if: isInstalled, reason))
  func reproducible() throws {
    let program = try program("file: network.onnx", particles: 3000)
    defer { program.remove() }
    let samples = try [
      ["c.yaml", "--threads", "1", "--output", "deep/one"],
      ["c.yaml", "--threads", "2", "--output", "two"],
      ["c.yaml", "--threads", "3", "--output", "three"],
      ["deep/one/config.yaml", "--threads", "2", "--output", "four"],
    ].map { arguments in
      // A network that learnt nothing has no Gaussian's scores.
      let outcome = try program.run(
        ["run", "--progress", "none", "--set", "sampler.start=gaussian"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try program.bytes("\(arguments[arguments.firstIndex(of: "--output")! + 1])/samples.npy")
    }
    for other in samples.dropFirst() { #expect(samples[0] == other) }
  }

  @Test(
    "a file that has changed since a run is refused by the run's config", .enabled(if: isInstalled, reason))
  func changed() throws {
    let program = try program("file: column.onnx")
    defer { program.remove() }
    #expect(try program.run("run", "c.yaml", "--progress", "none").status == 0)
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("column.onnx"))
    try FileManager.default.copyItem(
      at: Self.resources.appendingPathComponent("vector.onnx"),
      to: program.folder.appendingPathComponent("column.onnx"))
    let outcome = try program.run("check", "out/config.yaml")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("models.a.sha256: '"))
    #expect(outcome.errors.contains("column.onnx' has changed: its SHA-256 is "))
  }

  // Seen to catch: a search that goes on past the folder that was named.
  @Test("without OpenVINO a config with such a model ends with 69 and says what to do")
  func notInstalled() throws {
    let program = try program("file: column.onnx")
    defer { program.remove() }
    let empty = program.folder.appendingPathComponent("empty").path
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    #expect(
      try program.run(["check", "c.yaml"], environment: ["FKC_OPENVINO": empty])
        == .init(
          status: 69, output: "",
          errors:
            "c.yaml:6: models.a.kind: OpenVINO is not installed: FKC_OPENVINO is '\(empty)', which holds no "
            + "libopenvino_c.so; run 'make onnx', or set FKC_OPENVINO to the folder of libopenvino_c, such as "
            + "openvino/libs of a Python package\n"))
  }

  @Test("a library of that name that is something else is not OpenVINO")
  func otherLibrary() throws {
    let program = try program("file: column.onnx")
    defer { program.remove() }
    try program.write("libopenvino_c.so", "no library")
    let outcome = try program.run(["check", "c.yaml"], environment: ["FKC_OPENVINO": program.folder.path])
    #expect(outcome.status == 69)
    #expect(outcome.errors.hasPrefix("c.yaml:6: models.a.kind: OpenVINO is not installed ("))
  }

  @Test("a file that is missing is missing input, with or without OpenVINO")
  func missing() throws {
    let program = try program("file: none.onnx")
    defer { program.remove() }
    #expect(
      try program.run("check", "c.yaml")
        == .init(status: 66, output: "", errors: "c.yaml:6: models.a.file: 'none.onnx': no such file\n"))
  }

  // Seen to catch: weights that OpenVINO read from the working directory, whatever they were.
  @Test(
    "a file of tensors beside the model's is read from there and pinned", .enabled(if: isInstalled, reason))
  func external() throws {
    let program = try program("file: deep/external.onnx")
    defer { program.remove() }
    let deep = program.folder.appendingPathComponent("deep")
    try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: false)
    for name in ["external.onnx", "external.onnx.data"] {
      try FileManager.default.copyItem(
        at: Self.resources.appendingPathComponent(name), to: deep.appendingPathComponent(name))
    }
    // A file of that name in the working directory is none of the model's.
    try program.write("external.onnx.data", "twelve bytes")
    func run(_ arguments: String...) throws -> CommandLineProgram.Outcome {
      try program.run(["run", "--progress", "none"] + arguments)
    }
    #expect(try run("c.yaml", "--output", "one").status == 0)
    #expect(try run("one/config.yaml", "--output", "two").status == 0)
    #expect(try run("c.yaml", "--output", "three", "--set", "models.a.file=column.onnx").status == 0)
    #expect(try program.bytes("one/samples.npy") == program.bytes("two/samples.npy"))
    #expect(try program.bytes("one/samples.npy") == program.bytes("three/samples.npy"))

    try program.write("deep/external.onnx.data", "twelve bytes")
    let changed = try run("one/config.yaml", "--output", "four")
    #expect(changed.status == 65)
    #expect(
      changed.errors.contains(": models.a.pinned: 'external.onnx.data' has changed: its SHA-256 is "),
      "\(changed.errors)")
    try FileManager.default.removeItem(at: deep.appendingPathComponent("external.onnx.data"))
    #expect(
      try run("c.yaml", "--output", "four")
        == .init(
          status: 66, output: "",
          errors: "c.yaml:6: models.a.file: 'deep/external.onnx' keeps tensors in 'external.onnx.data': "
            + "no such file\n"))
    #expect(!program.entries().contains("four"))
  }

  @Test(
    "a file that is no model, and names that it has not, are bad data", .enabled(if: isInstalled, reason))
  func badData() throws {
    let program = try program("file: bad.onnx")
    defer { program.remove() }
    try program.write("bad.onnx", "no model")
    #expect(
      try program.run("check", "c.yaml")
        == .init(status: 65, output: "", errors: "c.yaml:6: models.a.file: 'bad.onnx': is no ONNX file\n"))
    #expect(
      try program.run(
        "check", "c.yaml", "--set", "models.a.file=column.onnx", "--set", "models.a.inputs.noise=t")
        == .init(
          status: 65, output: "",
          errors: "c.yaml:--set: models.a.inputs.noise: the file has no input 't'; it has 'x', 'sigma'\n"))
  }

  @Test("devices other than CPU are said to promise nothing", .enabled(if: isInstalled, reason))
  func otherDevice() throws {
    let program = try program("file: column.onnx, device: AUTO")
    defer { program.remove() }
    let outcome = try program.run("check", "c.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains(
        "warning: models.a: device AUTO does not promise the same bytes for the same seed; CPU does."))
  }
}
