import Foundation
import Testing

/// Settings that are left to a pilot, and the error of the step size.
@Suite struct AutomaticRunTests {
  private static let sampler = "sampler: {steps: auto, noise_scale: auto, step_size_error: doubling}"

  private func program(_ sampler: String = Self.sampler) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text([2: "particles: 1500", 10: sampler]))
    return program
  }

  @Test("check says that a pilot will choose, what, and what it may take; and runs nothing")
  func check() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run("check", "c.yaml")
    #expect(outcome.status == 0 && outcome.errors == "")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(
      lines.contains("steps           chosen by the pilot, at most 4096, exponential-multistep, grid auto"))
    #expect(
      lines.contains(
        "pilot chooses   steps for an error of log Z within 0.5 standard errors; where they lie; noise_scale among 1.0, "
          + "2.0, 3.0, 4.0"))
    // 6 rounds of 4 noise scales, each 513 and 257 levels of 512 particles; 4,097 and 2,049 levels of 1,500.
    #expect(
      lines.contains {
        $0.hasPrefix(
          "pilot takes     512 particles, at most 24 rounds, a at most 9461760 rows, b at most 9461760 rows, "
        )
      })
    #expect(lines.contains("evaluations     a at most 9219000 rows, b at most 9219000 rows"))
    #expect(program.entries() == ["c.yaml"])
  }

  @Test("the summary has what was chosen and what it took, and the error of the step size beside the other")
  func summary() throws {
    let program = try program()
    defer { program.remove() }
    #expect(try program.run("run", "c.yaml", "--progress", "none").status == 0)
    let summary = try program.json("out/summary.json")
    let pilot = try #require(summary["pilot"] as? [String: Any])
    let steps = try #require(summary["steps"] as? Int)
    #expect(pilot["steps"] as? Int == steps)
    #expect(pilot["noise_scale"] as? Double ?? 0 >= 1)
    #expect(pilot["within_tolerance"] as? Bool == true)
    #expect(try program.text("out/trace.csv").split(separator: "\n").count == steps + 2)
    let rows = try #require((summary["model_evaluations"] as? [String: Int])?["a"])
    let pilotRows = try #require((pilot["model_evaluations"] as? [String: Int])?["a"])
    let coarse = try #require(summary["step_size_error_steps"] as? Int)
    #expect(coarse == (steps + 1) / 2)
    #expect(rows == pilotRows + 1500 * (steps + 1 + coarse + 1))
    for key in ["step_size_error", "step_size_error_standard_error"] {
      #expect(summary[key] is Double, "\(key)")
    }
    for key in ["mean_step_size_error", "mean_step_size_error_standard_error", "mean_standard_error"] {
      #expect((summary[key] as? [Double])?.count == 2, "\(key)")
    }
    #expect(try program.text("out/report.html").contains("step-size error of log Z"))
    _ = try program.run(
      "run", "c.yaml", "--set", "sampler={steps: 50, step_size_error: none}", "--output", "plain")
    let plain = try program.json("plain/summary.json")
    for key in ["pilot", "step_size_error", "mean_step_size_error"] {
      #expect(plain[key] is NSNull, "\(key)")
    }
  }

  // The resolved config keeps `auto` and repeats the pilot, which the seed alone decides.
  @Test("the resolved config runs again to the same bytes, for any number of threads")
  func resolvedConfig() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--threads", "1", "--progress", "none")
    let config = try program.text("out/config.yaml")
    #expect(config.contains("\n  steps: auto\n  grid: auto\n"))
    let again = try program.run(
      "run", "out/config.yaml", "--output", "again", "--threads", "3", "--progress", "none")
    #expect(again.status == 0, "\(again.errors)")
    for name in [
      "samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trace.csv", "config.yaml",
    ] {
      #expect(try program.bytes("out/\(name)") == program.bytes("again/\(name)"), "\(name)")
    }
    let keys = ["pilot", "step_size_error", "mean_step_size_error", "model_evaluations"]
    let (first, second) = (try program.json("out/summary.json"), try program.json("again/summary.json"))
    for key in keys { #expect((first[key] as? NSObject) == (second[key] as? NSObject), "\(key)") }
  }

  @Test(
    "a grid that is written down stays, and one that is not follows the steps",
    arguments: [
      ("{steps: auto}", "auto"), ("{steps: auto, grid: time}", "time"), ("{steps: 50}", "log-snr"),
      ("{steps: 50, grid: auto}", "auto"),
    ])
  func grid(_ sampler: String, _ expected: String) throws {
    let program = try program("sampler: \(sampler)")
    defer { program.remove() }
    #expect(try program.run("run", "c.yaml", "--no-report").status == 0)
    #expect(try program.text("out/config.yaml").contains("\n  grid: \(expected)\n"))
  }

  @Test("what cannot be left to a pilot is refused with file, line and setting")
  func refused() throws {
    let program = try program("sampler: {steps: auto}\ncorrection: none")
    defer { program.remove() }
    try program.write(
      "c.yaml", TinyConfig.text([10: "sampler: {noise_scale: auto}", 11: "correction: density-ratio"]))
    let outcome = try program.run("run", "c.yaml")
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "c.yaml:10: sampler.noise_scale: auto compares the feynman-kac weights of two step lengths, found correction: "
        + "density-ratio; use feynman-kac or give a value\n")
    #expect(program.entries() == ["c.yaml"])
  }

  @Test("a trajectory needs a number of steps: its file is laid out before the pilot has chosen one")
  func trajectory() throws {
    let program = try program("sampler: {steps: auto}")
    defer { program.remove() }
    try program.write(
      "c.yaml",
      TinyConfig.text([
        10: "sampler: {steps: auto}", 13: "output: {directory: out, trajectory: {every_steps: 2}}",
      ]))
    let outcome = try program.run("run", "c.yaml")
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "c.yaml:13: output.trajectory: its file is laid out before a pilot has chosen sampler.steps; give a number of "
        + "steps\n")
    #expect(program.entries() == ["c.yaml"])
  }
}
