import FeynmanKac
import Foundation
import Testing

/// The subcommands beside `run`.
@Suite struct CommandTests {
  @Test("check prints the plan and runs nothing")
  func check() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text([9: "  annealed: {model: a, inverse_temperature: 3}"]))
    let outcome = try program.run("check", "c.yaml", "--set", "sampler.control=none", "--threads", "1")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(program.entries() == ["c.yaml"])
    let lines = outcome.output.split(separator: "\n")
    for line in [
      "config          c.yaml",
      "target          a^3.0, from a^1 above v = 5.43",
      "path to         t = 0.0, σ = 0.01, v = 0.0001",
      "steps           50, exponential-multistep, grid log-snr",
      "start           exact, as every model knows its log density",
      "dimensions      d = 2, D = 2",
      "particles       100 in 1 island and 1 block",
      "threads         1",
      "genealogy       32 slices",
      "evaluations     a 5100 rows",
      "standard error  lee-whiteley",
      "path            late, as the sizes of the exponents sum to 3, above 1",
      "warning: models.b: the target does not use it.",
      "warning: Without control the weights' variance is infinite for noise_scale up to 1.15. "
        + "Use control: radial or a larger noise_scale.",
    ] { #expect(lines.contains(Substring(line)), "\(line)") }
    #expect(lines.contains { $0.hasPrefix("checkpoints     as often as takes 2 % of the time, two of 0.") })
    #expect(lines.count == 19)
  }

  @Test("check refuses what run refuses, with the same words")
  func checkRefuses() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("gmm40.yaml", TinyConfig.text([9: "  anealed: {model: a, inverse_temperature: 2}"]))
    let expected = CommandLineProgram.Outcome(
      status: 65, output: "", errors: "gmm40.yaml:9: target.anealed: unknown key; did you mean 'annealed'?\n")
    #expect(try program.run("check", "gmm40.yaml") == expected)
    #expect(try program.run("run", "gmm40.yaml") == expected)
    #expect(
      try program.run("check", "none.yaml")
        == .init(status: 66, output: "", errors: "none.yaml: no such file\n"))
  }

  @Test("score writes the scores of a Gaussian's noised density in x coordinates")
  func score() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write(
      "c.yaml",
      TinyConfig.text([
        6:
          "  a: {kind: gaussian, mean: [0.5, -1.0], standard_deviation: [1.0, 2.0], process: {kind: flow-matching}}"
      ]))
    let points: [Float] = (0..<1200).map { Float($0) / 100 - 5 }
    try Data(NPYArray(shape: [600, 2], values: points).fileBytes)
      .write(to: program.folder.appendingPathComponent("x.npy"))
    let outcome = try program.run(
      "score", "c.yaml", "--model", "a", "--time", "0.25", "--input", "x.npy", "--output", "s.npy")
    #expect(outcome == .init(status: 0, output: "", errors: ""))
    let scores = try NPYArray<Float>(file: program.folder.path + "/s.npy")
    #expect(scores.shape == [600, 2])
    for (index, score) in scores.values.enumerated() {
      let (mean, deviation) = index % 2 == 0 ? (0.5, 1.0) : (-1.0, 2.0)
      let variance = 0.75 * 0.75 * deviation * deviation + 0.25 * 0.25
      let exact = -(Double(points[index]) - 0.75 * mean) / variance
      // Single precision: a few units of 1.2e-7 of the largest term.
      #expect(abs(Double(score) - exact) < 1e-5)
    }
  }

  static let scoreFaults: [([String], Int32, String)] = [
    (
      ["--model", "aa", "--input", "x.npy"], 64,
      "fkc: --model: no model is called 'aa' in c.yaml; did you mean 'a'?\n"
    ),
    (["--model", "a", "--input", "y.npy"], 66, "fkc: y.npy: no such file\n"),
    (
      ["--model", "a", "--input", "c.yaml"], 65,
      "fkc: c.yaml: is not an NPY file; its first bytes are not \\x93NUMPY\n"
    ),
    (["--model", "a", "--input", "x.npy"], 65, "fkc: x.npy: has shape [2, 3]; model 'a' takes [N, 2]\n"),
    (["--model", "a", "--input", "n.npy"], 65, "fkc: n.npy: row 1 is not finite\n"),
  ]

  @Test("score refuses wrong models and points, and writes nothing", arguments: scoreFaults)
  func scoreFault(arguments: [String], status: Int32, message: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    try Data(NPYArray<Float>(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]).fileBytes)
      .write(to: program.folder.appendingPathComponent("x.npy"))
    try Data(NPYArray<Float>(shape: [2, 2], values: [1, 2, .nan, 4]).fileBytes)
      .write(to: program.folder.appendingPathComponent("n.npy"))
    let outcome = try program.run(["score", "c.yaml", "--time", "0.5", "--output", "s.npy"] + arguments)
    #expect(outcome == .init(status: status, output: "", errors: message))
    #expect(program.entries() == ["c.yaml", "n.npy", "x.npy"])
  }

  @Test("info names versions, the BLAS kernel, threads and everything that configs may name")
  func info() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let outcome = try program.run("info", "--json")
    let facts = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(
      Set(facts.keys) == [
        "versions", "kernel_level", "threads", "matrix_products", "models", "models_not_installed",
        "predictions", "noise_inputs", "processes", "schedules", "beta_schedules", "time_zeros", "targets",
        "rewards", "reward_places",
        "jacobians", "schemes", "grids", "controls", "starts", "rejuvenation", "denoising",
        "plain_samples",
        "corrections", "resampling_schemes", "sample_forms", "formats", "generators",
      ])
    #expect((facts["generators"] as? [String])?.first == "philox")
    #expect((facts["generators"] as? [String])?.contains("mt19937") == true)
    #expect((facts["resampling_schemes"] as? [String])?.count == ResamplingScheme.allCases.count)
    #expect(
      Set((facts["versions"] as! [String: String]).keys) == [
        "fkc", "swift", "gsl", "openblas", "openblas_kernel",
      ])
    #expect(try program.run("info").output.contains("kernel level: \(facts["kernel_level"] as! String)\n"))
  }

  @Test(
    "usage errors end with 64, help and the version with 0",
    arguments: [
      ([], 0), (["--help"], 0), (["--version"], 0), (["run"], 64), (["fly"], 64),
      (["run", "c.yaml", "--seed", "x"], 64),
      (["run", "c.yaml", "--threads", "0"], 64), (["run", "c.yaml", "--set", "target"], 64),
      (["report"], 64),
      (["score", "c.yaml", "--model", "a", "--time", "2", "--input", "x", "--output", "y"], 64),
    ] as [([String], Int32)])
  func usage(arguments: [String], status: Int32) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let outcome = try program.run(arguments)
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty == (status != 0))
    #expect(outcome.errors.isEmpty == (status == 0))
  }

  @Test("a report of a folder that is not there is missing input")
  func report() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    #expect(
      try program.run("report", "out")
        == .init(status: 66, output: "", errors: "fkc: out/summary.json: no such file\n"))
  }
}
