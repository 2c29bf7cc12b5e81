import Foundation
import Testing

/// What the tables of a sweep say.
@Suite struct SweepTableTests {
  /// A sweep of two values and three seeds that has run.
  private func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text())
    #expect(try sweep(program).status == 0)
    return program
  }

  private func sweep(_ program: CommandLineProgram, _ more: String...) throws -> CommandLineProgram.Outcome {
    try program.run(
      [
        "sweep", "c.yaml", "--set", "particles=100,200", "--seeds", "1-3", "--output", "s", "--progress",
        "none",
      ]
        + more)
  }

  private func write(_ metrics: String, _ program: CommandLineProgram, particles: Int = 100, seed: Int) throws
  {
    try program.write("s/c/particles=\(particles)/seed=\(seed)/metrics.json", metrics)
  }

  private func groups(_ program: CommandLineProgram) throws -> [[String: Any]] {
    try program.json("s/sweep.json")["groups"] as! [[String: Any]]
  }

  @Test("metrics beside the runs join the tables, with the mean, spread and standard error worked by hand")
  func statistics() throws {
    let program = try program()
    defer { program.remove() }
    try write(#"{"distance": 1, "tenth": 0.1, "rare": null}"#, program, seed: 1)
    try write(#"{"distance": 2, "tenth": 0.1, "rare": 5e-1}"#, program, seed: 2)
    try write(#"{"tenth": 0.1, "distance": 4.0, "rare": null}"#, program, seed: 3)
    #expect(try sweep(program).status == 0)

    // 1, 2, 4: mean 7/3; squares (16 + 1 + 25)/9 over n − 1 = 2 are 7/3; over n again 7/9.
    let figures = try groups(program)[0]["figures"] as! [String: [String: Any]]
    let distance = figures["distance"]!
    #expect(distance["count"] as? Int == 3)
    #expect(abs(distance["mean"] as! Double - 7.0 / 3) < 1e-14)
    #expect(abs(distance["standard_deviation"] as! Double - (7.0 / 3).squareRoot()) < 1e-14)
    #expect(abs(distance["standard_error"] as! Double - (7.0 / 9).squareRoot()) < 1e-14)
    #expect(
      figures["tenth"]! as NSDictionary == [
        "count": 3, "mean": 0.1, "standard_deviation": 0, "standard_error": 0,
      ])
    #expect(
      figures["rare"]! as NSDictionary
        == ["count": 1, "mean": 0.5, "standard_deviation": NSNull(), "standard_error": NSNull()])
    let other = try groups(program)[1]["figures"] as! [String: [String: Any]]
    #expect(
      other["distance"]! as NSDictionary
        == ["count": 0, "mean": NSNull(), "standard_deviation": NSNull(), "standard_error": NSNull()])

    let table = try program.text("s/table.csv").split(separator: "\n")
    #expect(table[0].hasSuffix(",distance_mean,distance_sd,tenth_mean,rare_mean"))
    #expect(table[1].hasSuffix(",\(distance["mean"]!),\(distance["standard_deviation"]!),0.1,0.5"))
    #expect(table[2].hasSuffix(",,,,"))
    // What all seeds have in common has no deviation that says anything.
    #expect(
      !table[0].contains("particles_sd") && table[0].contains(",log_normalizer_mean,log_normalizer_sd,"))
    let rows = try program.text("s/sweep.csv").split(separator: "\n")
    #expect(
      rows[0].hasSuffix(
        ",kernel_level,distance,tenth,rare,threads,wall_seconds,particle_steps_per_second,peak_memory_bytes"))
    #expect(rows[2].contains(",2,0.1,0.5,"))
    #expect(rows[3].contains(",4.0,0.1,,"))
  }

  @Test("every scalar of a summary is in its row, and what a clock or the machine made has no mean")
  func rows() throws {
    let program = try program()
    defer { program.remove() }
    let sweep = try program.json("s/sweep.json")
    #expect(sweep["settings"] as? [String] == ["particles"])
    #expect(sweep["seeds"] as? [Int] == [1, 2, 3])
    let machine = ["threads", "wall_seconds", "particle_steps_per_second", "peak_memory_bytes"]
    #expect(sweep["machine_figures"] as? [String] == machine)
    let runs = sweep["runs"] as! [[String: Any]]
    #expect(runs.count == 6)
    for run in runs {
      let summary = try program.json("s/\(run["folder"] as! String)/summary.json")
      #expect(run["seed"] as? Int == summary["seed"] as? Int)
      #expect((run["settings"] as? [String: Int])?["particles"] == summary["particles"] as? Int)
      let figures = run["figures"] as! [String: Any]
      var expected = summary.filter { !($0.value is [Any]) && !($0.value is [String: Any]) }
      expected["schema_version"] = nil
      for key in ["seed", "log_normalizer_interval", "mean_standard_error"] { expected[key] = nil }
      expected["warnings"] = (summary["warnings"] as! [[String: Any]]).map { $0["code"] as! String }
        .joined(separator: " ")
      #expect(figures as NSDictionary == expected as NSDictionary)
    }
    for group in try groups(program) {
      let values = runs.filter { ($0["settings"] as! NSDictionary) == (group["settings"] as! NSDictionary) }
        .map { ($0["figures"] as! [String: Any])["log_normalizer"] as! Double }
      let figures = group["figures"] as! [String: [String: Any]]
      #expect(values.count == 3)
      #expect(abs(figures["log_normalizer"]!["mean"] as! Double - values.reduce(0, +) / 3) < 1e-14)
      for name in machine + ["kernel_level", "seed"] { #expect(figures[name] == nil, "\(name)") }
    }
    let header = try program.text("s/sweep.csv").split(separator: "\n")[0].split(separator: ",")
    #expect(header.prefix(6) == ["config", "particles", "seed", "folder", "status", "error"])
    #expect(Set(header).count == header.count, "particles is a setting and a figure, and one column")
  }

  @Test("the same sweep writes the same bytes again")
  func sameBytes() throws {
    let program = try program()
    defer { program.remove() }
    let names = ["s/sweep.json", "s/sweep.csv", "s/table.csv"]
    let first = try names.map(program.bytes)
    #expect(try sweep(program).status == 0)
    #expect(try names.map(program.bytes) == first)
    #expect(
      try program.run(
        "sweep", "c.yaml", "--set", "particles=100,200", "--seeds", "1-3", "--output", "t", "--threads", "1"
      ).status == 0)
    #expect(try program.bytes("t/table.csv") == program.bytes("s/table.csv"))
  }

  @Test("metrics of a run that is made again from the same config stay, and are gone with one of another")
  func outdatedMetrics() throws {
    let program = try program()
    defer { program.remove() }
    for seed in 1...3 { try write(#"{"distance": 1}"#, program, seed: seed) }
    try FileManager.default.removeItem(
      at: program.folder.appendingPathComponent("s/c/particles=100/seed=1/summary.json"))
    #expect(try sweep(program).status == 0)
    let figures = try groups(program)[0]["figures"] as! [String: [String: Any]]
    #expect(figures["distance"]?["count"] as? Int == 3)
    #expect(program.entries().contains("s/c/particles=100/seed=1/metrics.json"))
    #expect(program.entries().contains("s/c/particles=100/seed=2/metrics.json"))
    _ = try program.run("run", "c.yaml", "--output", "s/c/particles=100/seed=2", "--overwrite")
    #expect(!program.entries().contains("s/c/particles=100/seed=2/metrics.json"))
  }

  @Test(
    "metrics that are no flat object of names and numbers are refused, and the tables stay as they were",
    arguments: [
      (
        #"{"a": true}"#, ":1: a: found 'true'; give a finite number, a text in quotes, or null"
      ),
      (
        "{\"a\": 1,\n \"b\": [1]}", ":2: b: found a list; give a finite number, a text in quotes, or null"
      ),
      (#"{"a": NaN}"#, ":1: a: found 'NaN'; give a finite number, a text in quotes, or null"),
      (
        #"{"effective_sample_size": 1}"#,
        ":1: effective_sample_size: the tables have another column of this name; choose a different one"
      ),
      (
        #"{"folder": 1}"#,
        ":1: folder: the tables have another column of this name; choose a different one"
      ),
      ("[1]", ": found a list; give a JSON object of names and numbers"),
    ])
  func badMetrics(text: String, problem: String) throws {
    let program = try program()
    defer { program.remove() }
    let old = try program.bytes("s/sweep.json")
    try write(text, program, seed: 2)
    let outcome = try sweep(program)
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(
      outcome.errors.hasSuffix("s/c/particles=100/seed=2/metrics.json\(problem)\n"), "\(outcome.errors)")
    #expect(try program.bytes("s/sweep.json") == old)
  }
}
