import FeynmanKac
import Foundation
import Testing

/// `fkc run --islands` and `fkc merge`.
@Suite("parts and merges")
struct MergeCommandTests {
  private static let config = TinyConfig.text([
    2: "particles: 1600", 3: "islands: 8", 10: "sampler: {steps: 25}",
    13: "output: {directory: out, trajectory: {every_steps: 7, particles: 11}}",
  ])

  private static let files = [
    "samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trace.csv", "config.yaml",
    "trajectory.npy", "trajectory_parents.npy", "trajectory_log_weights.npy",
  ]

  private func parts(
    _ ranges: [String], of config: String = config, _ options: [String] = []
  ) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", config)
    for range in ranges {
      let outcome = try program.run(
        ["run", "c.yaml", "--islands", range, "--output", "p\(range)", "--progress", "none", "--no-report"]
          + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    return program
  }

  @Test(
    "parts become the run of all islands to the byte, whatever learns from what",
    arguments: [config, config.replacing("steps: 25", with: "steps: 25, control: none")])
  func joined(_ config: String) throws {
    let program = try parts(["3-7", "0-1", "2"], of: config)
    defer { program.remove() }
    let notes = try program.run(
      "run", "c.yaml", "--islands", "2", "--output", "p2", "--overwrite", "--progress", "none"
    ).errors
    #expect(notes.contains("learn from others") == !config.contains("control: none"))
    #expect(try program.run("run", "c.yaml", "--output", "whole", "--progress", "none").status == 0)
    #expect(try program.run("merge", "p3-7", "p0-1", "p2", "--output", "all").status == 0)
    for file in Self.files {
      #expect(try program.bytes("all/\(file)") == program.bytes("whole/\(file)"), "\(file)")
    }
    // But for what a clock and the machine say.
    let clock = ["threads", "wall_seconds", "particle_steps_per_second", "peak_memory_bytes"]
    let (all, whole) = (try program.json("all/summary.json"), try program.json("whole/summary.json"))
    for (key, value) in whole where !clock.contains(key) {
      #expect((value as? NSObject)?.isEqual(all[key]) == true, "\(key)")
    }
    #expect(try program.json("p0-1/summary.json")["island_range"] as? [Int] == [0, 1, 8])
    #expect(!program.entries().contains { $0.hasPrefix("all/islands.state") })
  }

  /// Seen to catch: a flipped bit went into the merged trajectory without a word.
  @Test("a part whose trajectory was damaged is refused", arguments: ["trajectory", "trajectory_parents"])
  func damagedTrajectory(_ name: String) throws {
    let program = try parts(["0-3", "4-7"])
    defer { program.remove() }
    let file = program.folder.appendingPathComponent("p4-7/\(name).npy")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 4] ^= 1
    try bytes.write(to: file)
    #expect(
      try program.run("merge", "p0-3", "p4-7", "--output", "all")
        == .init(
          status: 65, output: "",
          errors:
            "fkc: p4-7/\(name).npy: is damaged: its numbers are not those that islands.state goes with\n"))
    #expect(!program.entries().contains { $0.hasPrefix("all") })
  }

  @Test(
    "islands that are missing or doubled, and parts of other runs, are refused by name, and nothing is written"
  )
  func refused() throws {
    let program = try parts(["0-2", "3-5", "5-7"])
    defer { program.remove() }
    try program.write("d.yaml", Self.config.replacing("steps: 25", with: "steps: 26"))
    for (folder, more) in [("other", ["--seed", "9"]), ("steps", ["--set", "sampler.steps=26"])] {
      _ = try program.run(
        ["run", "c.yaml", "--islands", "6-7", "--output", folder, "--progress", "none", "--no-report"] + more)
    }
    _ = try program.run("run", "c.yaml", "--output", "whole", "--progress", "none")
    let before = program.entries()
    for (folders, words) in [
      (["p0-2", "p3-5"], "p0-2/islands.state: islands 6-7 of 8 are in no file beside it"),
      (["p3-5", "p5-7"], "p3-5/islands.state: islands 0-2 of 8"),
      (["p0-2", "p3-5", "p5-7"], "p5-7/islands.state: has island 5, which p3-5/islands.state has too"),
      (["p0-2", "p3-5", "other"], "other/islands.state: its seed is 9, and that of p0-2/islands.state 7"),
      (["p0-2", "p3-5", "steps"], "steps/islands.state: its steps is 26"),
      (["p0-2", "whole"], "whole holds no islands.state"), (["nowhere"], "nowhere"),
    ] {
      let outcome = try program.run(["merge"] + folders + ["--output", "all"])
      #expect([65, 66].contains(outcome.status) && outcome.errors.contains(words), "\(outcome.errors)")
    }
    for (range, words) in [("6-8", "6-8 of 8; they count from 0 to 7"), ("3-2", "3-2"), ("x", "x")] {
      let outcome = try program.run("run", "c.yaml", "--islands", range, "--output", "new")
      #expect([64, 65].contains(outcome.status) && outcome.errors.contains(words), "\(outcome.errors)")
    }
    for arguments in [["--islands", "0-3"], []] {
      let outcome = try program.run(["run", "c.yaml", "--output", "p0-2", "--resume"] + arguments)
      #expect(
        outcome.status == 73 && outcome.errors.contains("holds islands 0-2 of a run alone"),
        "\(outcome.errors)")
    }
    #expect(program.entries() == before)
  }

  @Test("a flipped bit of a part is refused, wherever it is")
  func damaged() throws {
    let program = try parts(["0-3", "4-7"])
    defer { program.remove() }
    let file = program.folder.appendingPathComponent("p4-7/islands.state")
    let good = try Data(contentsOf: file)
    for place in stride(from: 3, to: good.count, by: good.count / 12) {
      var bad = good
      bad[place] ^= 1 << (place % 8)
      try bad.write(to: file)
      let outcome = try program.run("merge", "p0-3", "p4-7", "--output", "all")
      #expect(outcome.status == 65 && outcome.errors.contains("p4-7/islands.state"), "\(outcome.errors)")
    }
  }

  @Test("a part that was stopped goes on to the same bytes")
  func resumed() throws {
    let config = Self.config.replacing("steps: 25", with: "steps: 6000, control: none")
    let program = try parts(["0-3", "4-7"], of: config)
    defer { program.remove() }
    // A busy machine may not have come to the first step in so little time.
    var stopped: CommandLineProgram.Outcome?
    for time in ["0.1s", "0.3s", "1s", "3s"] where stopped?.errors.contains("--resume goes on") != true {
      stopped = try program.run(
        "run", "c.yaml", "--islands", "4-7", "--output", "again", "--overwrite", "--stop-after", time,
        "--progress", "none")
    }
    #expect(stopped?.status == 75)
    let other = try program.run("run", "c.yaml", "--islands", "0-3", "--output", "again", "--resume")
    #expect(
      other.status == 73 && other.errors.contains("it is of islands 4-7, and this run samples islands 0-3"),
      "\(other.errors)")
    #expect(
      try program.run(
        "run", "c.yaml", "--islands", "4-7", "--output", "again", "--resume", "--progress", "none"
      )
      .status == 0)
    for file in Self.files {
      #expect(try program.bytes("again/\(file)") == program.bytes("p4-7/\(file)"), "\(file)")
    }
    #expect(try program.run("merge", "p0-3", "again", "--output", "all").status == 0)
  }

  @Test("runs of different seeds become one: log Z by the mean of Ẑ, and weights that carry it")
  func seeds() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.config)
    for seed in 1...3 {
      _ = try program.run("run", "c.yaml", "--seed", "\(seed)", "--output", "s\(seed)", "--progress", "none")
    }
    let outcome = try program.run("merge", "s1", "s2", "s3", "--output", "all")
    #expect(outcome.output == "all\n", "\(outcome.errors)")
    let all = try program.json("all/summary.json")
    let each = try (1...3).map { try program.json("s\($0)/summary.json") }
    func number(_ summary: [String: Any], _ key: String) throws -> Double {
      try #require(summary[key] as? Double, "\(key)")
    }
    let logs = try each.map { try number($0, "log_normalizer") }
    let mean = log(logs.map { exp($0) }.reduce(0, +) / 3)
    #expect(abs(try number(all, "log_normalizer") - mean) < 1e-12)
    #expect(all["seeds"] as? [Int] == [1, 2, 3] && all["seed"] is NSNull && all["islands"] as? Int == 24)
    #expect(all["standard_error_degrees_of_freedom"] as? Int == 23)
    // The spread of all islands, by the delta method.
    let islands = each.flatMap { $0["island_log_normalizers"] as? [Double] ?? [] }.map { exp($0 - mean) }
    let variance =
      islands.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Double(islands.count * (islands.count - 1))
    #expect(abs(try number(all, "log_normalizer_standard_error") - variance.squareRoot()) < 1e-9)
    let weights = try NPYArray<Double>(
      file: program.folder.appendingPathComponent("all/log_weights.npy").path)
    #expect(weights.values.count == 4800 && abs(weights.values.reduce(0) { $0 + exp($1) } - 1) < 1e-9)
    for run in 0..<3 {
      let share = weights.values[run * 1600..<(run + 1) * 1600].reduce(0) { $0 + exp($1) }
      #expect(abs(share - exp(logs[run] - mean) / 3) < 1e-9)
    }
    #expect(
      abs(try number(all, "effective_sample_size") - 1 / weights.values.reduce(0) { $0 + exp(2 * $1) }) < 1e-6
    )
    #expect(program.entries().contains("all/report.html"))

    for (folders, words) in [
      (["s1", "s1"], "s1 has seed 1, which s1 has too"), (["all", "s1"], "all: is merged already"),
      (["s1", "nowhere"], "nowhere/summary.json"),
    ] {
      let outcome = try program.run(["merge"] + folders + ["--output", "new"])
      #expect([65, 66].contains(outcome.status) && outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(try program.run("merge", "s1", "s2", "--output", "s1", "--overwrite").status == 64)
  }

  @Test(
    "runs that are each sure and far apart are doubtful together, and files that do not belong together are refused"
  )
  func disagreement() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write(
      "c.yaml",
      Self.config.replacing("islands: 8", with: "islands: 2").replacing("1600", with: "4000")
        .replacing("steps: 25", with: "steps: 100"))
    for seed in 1...2 {
      _ = try program.run("run", "c.yaml", "--seed", "\(seed)", "--output", "s\(seed)", "--progress", "none")
    }
    func merged(_ key: String, _ value: String) throws -> CommandLineProgram.Outcome {
      let text = try program.text("s2/summary.json")
      defer { try? program.write("s2/summary.json", text) }
      let lines = text.split(separator: "\n").map { line in
        line.contains("\"\(key)\"") ? "  \"\(key)\": \(value)," : String(line)
      }
      try program.write("s2/summary.json", lines.joined(separator: "\n"))
      return try program.run("merge", "s1", "s2", "--output", "all", "--overwrite", "--no-report")
    }
    #expect(try program.run("merge", "s1", "s2", "--output", "all").status == 0)
    #expect(try program.json("all/summary.json")["trust"] as? String == "ok")
    #expect(try merged("log_normalizer", "1.5").errors.contains("doubtful: disagreement"))
    #expect(try program.json("all/summary.json")["log_normalizer_interval"] is NSNull)
    for (key, value) in [
      ("dimensions", "3"), ("model_evaluations", "{}"), ("islands", "3"), ("log_normalizer", "null"),
      ("mean_step_size_error", "[0.1]"),
    ] {
      let outcome = try merged(key, value)
      #expect(outcome.status == 65 && outcome.errors.contains("s2/"), "\(key): \(outcome.errors)")
    }
    // Seen to catch: samples that were not looked at, of which one made the mean of all NaN.
    let file = program.folder.appendingPathComponent("s2/samples.npy")
    let samples = try NPYArray<Float>(file: file.path)
    var values = samples.values
    values[3] = .nan
    try Data(NPYArray(shape: samples.shape, values: values).fileBytes).write(to: file)
    let outcome = try program.run("merge", "s1", "s2", "--output", "all", "--overwrite", "--no-report")
    #expect(outcome == .init(status: 65, output: "", errors: "fkc: s2/samples.npy: row 1 is not finite\n"))
  }

  @Test(
    "a part without the first island does not know its step-size error and says so, and the merged run does")
  func unmeasured() throws {
    let program = try parts(["0-3", "4-7"])
    defer { program.remove() }
    #expect(try program.json("p0-3/summary.json")["step_size_error"] is Double)
    let warnings = try program.json("p4-7/summary.json")["warnings"] as? [[String: Any]]
    #expect(warnings?.contains { $0["code"] as? String == "unknown-step-size-error" } == true)
    #expect(try program.json("p4-7/summary.json")["trust"] as? String == "doubtful")
    #expect(try program.run("merge", "p0-3", "p4-7", "--output", "all").status == 0)
    #expect(try program.json("all/summary.json")["step_size_error"] is Double)
  }
}
