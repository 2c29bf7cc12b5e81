import FeynmanKac
import Foundation
import Testing

/// What a run leaves behind.
@Suite struct RunOutputTests {
  private static let resultNames = [
    "ancestors.npy", "config.yaml", "genealogy.npy", "log_weights.npy", "report.html", "samples.npy",
    "summary.json",
    "trace.csv",
  ]
  /// The files that a clock and a number of threads must not change.
  private static let reproducibleNames = resultNames.filter {
    $0 != "summary.json" && $0 != "report.html"
  }

  private func expectSameBytes(_ program: CommandLineProgram, _ left: String, _ right: String) throws {
    for name in Self.reproducibleNames {
      #expect(try program.bytes("\(left)/\(name)") == program.bytes("\(right)/\(name)"), "\(name)")
    }
  }

  @Test("a run prints its folder, which holds exactly its files, and says nothing else")
  func files() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    let outcome = try program.run("run", "c.yaml", "--progress", "none")
    #expect(outcome == .init(status: 0, output: "out\n", errors: ""))
    #expect(program.entries() == ["c.yaml", "out"] + Self.resultNames.map { "out/\($0)" })
  }

  @Test("the arrays have the shapes and types that the contract states, and the weights sum to 1")
  func arrays() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text([3: "islands: 4"]))
    _ = try program.run("run", "c.yaml")
    let path = program.folder.path
    #expect(try NPYArray<Float>(file: path + "/out/samples.npy").shape == [100, 2])
    let weights = try NPYArray<Double>(file: path + "/out/log_weights.npy")
    #expect(weights.shape == [100])
    #expect(abs(weights.values.reduce(0) { $0 + exp($1) } - 1) < 1e-12)
    let ancestors = try NPYArray<Int64>(file: path + "/out/ancestors.npy")
    #expect(ancestors.shape == [100])
    #expect(ancestors.values.allSatisfy { (0..<100).contains($0) })
    let genealogy = try NPYArray<Int32>(file: path + "/out/genealogy.npy")
    #expect(genealogy.shape == [32, 100])
    let traced = Genealogy(steps: Array(0..<32), parents: genealogy.values, particles: 100)
    #expect(traced.origins == ancestors.values.map { Int($0) })
    let summary = try program.json("out/summary.json")
    #expect(summary["unique_ancestors"] as? Int == Set(ancestors.values).count)
  }

  @Test("the summary has every key of the contract, and figures that do not exist are null")
  func summary() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text([11: "correction: none", 12: ""]))
    _ = try program.run("run", "c.yaml", "--seed", "18446744073709551615")
    let summary = try program.json("out/summary.json")
    let keys: Set = [
      "schema_version", "seed", "particles", "dimensions", "intrinsic_dimensions", "islands", "steps",
      "threads",
      "log_normalizer", "log_normalizer_initial", "log_normalizer_ratio", "log_normalizer_standard_error",
      "standard_error_estimator", "island_log_normalizers", "effective_sample_size",
      "minimum_effective_sample_size", "resample_count", "unique_ancestors", "mean", "variance",
      "model_evaluations", "wall_seconds", "particle_steps_per_second", "kernel_level", "versions",
      "trust", "warnings", "log_normalizer_interval", "standard_error_missing", "step_size_error_measured",
      "mean_standard_error", "effective_ancestors", "independent_log_normalizer",
    ]
    #expect(keys.subtracting(summary.keys) == [])
    for key in [
      "log_normalizer", "log_normalizer_initial", "log_normalizer_ratio", "log_normalizer_standard_error",
      "standard_error_estimator", "island_log_normalizers",
    ] { #expect(summary[key] is NSNull, "\(key)") }
    #expect(try program.text("out/summary.json").contains("\"seed\": 18446744073709551615,"))
    #expect((summary["model_evaluations"] as? [String: Int]) == ["a": 5100, "b": 5100])
    let row = try program.text("out/trace.csv").split(separator: "\n")[1].split(
      separator: ",", omittingEmptySubsequences: false)
    #expect(row[3] == "", "log Z is not known without weights")
  }

  @Test("the trace has a row for the start and one for every step, and no clock")
  func trace() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    _ = try program.run("run", "c.yaml")
    let lines = try program.text("out/trace.csv").split(separator: "\n")
    #expect(
      lines[0]
        == "step,time,effective_sample_size,log_normalizer_ratio,resampled,unique_ancestors,noise_level,control_slope,guidance_alignment,genealogy_slice,score_residual,score_residual_standard_error"
    )
    #expect(lines.count == 52)
    #expect(lines[1].hasPrefix("0,1.0,"))
    #expect(lines[51].hasPrefix("50,0.0,"))
    // Slices of one or two steps, numbered where they end.
    let cells = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let slices = cells.map { $0[9] }
    #expect(cells.allSatisfy { Double($0[10]) != nil && Double($0[11])! > 0 })
    #expect(slices.filter { $0 != "" } == (0..<32).map { "\($0)" })
    #expect(slices[0] == "" && slices[1] == "0" && slices[2] == "" && slices[50] == "31")
  }

  @Test(
    "the same config gives the same bytes for any number of threads",
    arguments: ["philox", "mt19937"])
  func threads(generator: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text([2: "particles: 3000", 3: "islands: 2\nrng: \(generator)"]))
    _ = try program.run("run", "c.yaml", "--output", "one", "--threads", "1")
    _ = try program.run("run", "c.yaml", "--output", "three", "--threads", "3")
    try expectSameBytes(program, "one", "three")
    _ = try program.run("run", "c.yaml", "--output", "other", "--seed", "8")
    #expect(try program.bytes("one/samples.npy") != program.bytes("other/samples.npy"))
  }

  @Test("the resolved config, overrides and files included, runs again to the same bytes")
  func resolvedConfig() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("b.json", "{\"means\": [[0.0, 1.0]], \"standard_deviations\": 0.5, \"other\": null}")
    try program.write(
      "c.yaml",
      TinyConfig.text([
        6: "  a b: {kind: gaussian, mean: [0.0, 1e-7], standard_deviation: 1, data_standard_deviation: 2}",
        7:
          "  yes: {kind: gaussian-mixture, file: b.json, process: {kind: variance-preserving, schedule: cosine}}",
        9: "  log_linear: [{model: a b, exponent: {from: 1, to: 2}}, {model: yes, exponent: 0.5}]\n"
          + "  reward: {kind: quadratic, center: [1, 2], precision: 0.001}",
      ]))
    let first = try program.run(
      "run", "c.yaml", "--output", "one", "--progress", "none", "--set", "sampler.noise_scale.from=1.5",
      "--set",
      "sampler.noise_scale.to=1", "--seed", "11")
    #expect(first.status == 0 && first.output == "one\n")
    let again = try program.run("run", "one/config.yaml", "--output", "two")
    #expect(again.status == 0)
    try expectSameBytes(program, "one", "two")

    let resolved = try program.text("one/config.yaml")
    #expect(resolved.contains("seed: 11\n"))
    #expect(resolved.contains("  noise_scale:\n    from: 1.5\n    to: 1.0\n"))
    #expect(resolved.contains("  start: exact\n"))
    try program.write("b.json", "{\"means\": [[0.0, 1.0]], \"standard_deviations\": 0.6}")
    #expect(try program.run("run", "one/config.yaml", "--output", "three").status == 65)
  }

  @Test("resampled samples are equally weighted and keep their ancestors")
  func resampled() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text([12: "resampling: {ess_threshold: 0}"]))
    _ = try program.run("run", "c.yaml", "--output", "weighted")
    _ = try program.run("run", "c.yaml", "--output", "resampled", "--set", "output.samples=resampled")
    let path = program.folder.path
    let weighted = try NPYArray<Float>(file: path + "/weighted/samples.npy").values
    let resampled = try NPYArray<Float>(file: path + "/resampled/samples.npy").values
    let ancestors = try NPYArray<Int64>(file: path + "/resampled/ancestors.npy").values
    let genealogy = try NPYArray<Int32>(file: path + "/resampled/genealogy.npy").values
    #expect(
      Genealogy(steps: Array(0..<32), parents: genealogy, particles: 100).origins == ancestors.map { Int($0) }
    )
    // Without resampling on the way a particle is its own ancestor.
    for (row, ancestor) in ancestors.enumerated() {
      #expect(resampled[2 * row] == weighted[2 * Int(ancestor)])
    }
    let weights = try NPYArray<Double>(file: path + "/resampled/log_weights.npy").values
    #expect(weights == Array(repeating: -log(100), count: 100))
    #expect(Set(ancestors).count < 100, "unequal weights repeat particles")
  }

  @Test("paths in a config start from the config, --output from the working directory")
  func relativePaths() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    try program.write("sub/b.json", "{\"means\": [[0.0, 1.0]], \"standard_deviations\": 0.5}")
    try program.write("sub/c.yaml", TinyConfig.text([7: "  b: {kind: gaussian-mixture, file: b.json}"]))
    #expect(try program.run("run", "sub/c.yaml").output == "sub/out\n")
    #expect(try program.run("run", "sub/c.yaml", "--output", "here").output == "here\n")
    #expect(program.entries().contains("sub/out/summary.json"))
    #expect(program.entries().contains("here/summary.json"))
  }

  @Test("a folder that holds a run is refused, and replaced with --overwrite")
  func overwrite() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    _ = try program.run("run", "c.yaml")
    let first = try program.bytes("out/summary.json")
    #expect(
      try program.run("run", "c.yaml", "--progress", "none")
        == .init(
          status: 73, output: "",
          errors: "fkc: out: already holds a run (summary.json); give --overwrite or another folder\n"))
    #expect(try program.bytes("out/summary.json") == first)
    try program.write("out/notes.txt", "mine")
    #expect(try program.run("run", "c.yaml", "--overwrite", "--seed", "9").status == 0)
    #expect(try program.json("out/summary.json")["seed"] as? Int == 9)
    #expect(
      program.entries() == ["c.yaml", "out"] + (Self.resultNames + ["notes.txt"]).sorted().map { "out/\($0)" }
    )
  }

  @Test("a run that fails numerically names the model and leaves old results as they were")
  func numericalFailure() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    _ = try program.run("run", "c.yaml")
    let old = try program.bytes("out/summary.json")
    // Single precision ends near 3e38.
    let change = "models.a.mean=[1e39, 0]"
    let outcome = try program.run("run", "c.yaml", "--overwrite", "--progress", "none", "--set", change)
    #expect(outcome.status == 70)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("fkc: "))
    #expect(outcome.errors.contains(" at step 0 (t = 1.0) for particle 0; try "))
    #expect(try program.bytes("out/summary.json") == old)
    #expect(program.entries() == ["c.yaml", "out"] + Self.resultNames.map { "out/\($0)" })
    _ = try program.run("run", "c.yaml", "--output", "new/deep", "--set", change)
    #expect(!program.entries().contains { $0.hasPrefix("new") })
  }

  @Test("progress is a line of plain text where standard error is no terminal")
  func progress() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    let errors = try program.run("run", "c.yaml").errors
    #expect(errors.hasPrefix("step 50/50  ESS "))
    #expect(errors.hasSuffix(" s\n"))
    #expect(!errors.contains("\r") && !errors.contains("\u{1B}"))
  }
}
