import FeynmanKac
import Foundation
import Testing

/// What `output.trajectory` writes.
@Suite struct TrajectoryOutputTests {
  private static let names = ["trajectory.npy", "trajectory_log_weights.npy", "trajectory_parents.npy"]
  private static func config(_ trajectory: String) -> [Int: String] {
    [3: "islands: 2", 13: "output: {directory: out, trajectory: \(trajectory)}"]
  }

  @Test("files have their shapes, agree with the result and are the same for any number of threads")
  func files() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text(Self.config("{every_steps: 20, particles: 10}")))
    let outcome = try program.run("run", "c.yaml", "--threads", "1", "--progress", "none")
    #expect(outcome == .init(status: 0, output: "out\n", errors: ""))
    let path = program.folder.path + "/out/"
    let states = try NPYArray<Float>(file: path + Self.names[0])
    #expect(states.shape == [4, 10, 2])
    #expect(try NPYArray<Double>(file: path + Self.names[1]).shape == [4, 10])
    let parents = try NPYArray<Int32>(file: path + Self.names[2])
    #expect(parents.shape == [4, 10])
    let samples = try NPYArray<Float>(file: path + "samples.npy")
    let slots = (0..<10).map { 10 * $0 }
    #expect(Array(states.values[60...]) == slots.flatMap { samples.values[2 * $0..<2 * $0 + 2] })
    #expect(parents.values[..<10].map { Int($0) } == slots)
    let summary = try program.json("out/summary.json")
    #expect(
      summary["trajectory"] as? [String: Int] == ["every_steps": 20, "rows": 4, "particles": 10])

    _ = try program.run("run", "c.yaml", "--threads", "3", "--output", "three")
    for name in Self.names { #expect(try program.bytes("out/" + name) == program.bytes("three/" + name)) }
    // The resolved config asks for the same.
    _ = try program.run("run", "out/config.yaml", "--output", "again")
    for name in Self.names { #expect(try program.bytes("out/" + name) == program.bytes("again/" + name)) }
  }

  @Test("a run without one removes those of the run that it replaces")
  func replaced() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text(Self.config("{}")))
    #expect(try program.run("run", "c.yaml").status == 0)
    #expect(program.entries().contains("out/trajectory.npy"))
    try program.write("c.yaml", TinyConfig.text())
    #expect(try program.run("run", "c.yaml", "--overwrite").status == 0)
    #expect(!program.entries().contains { $0.contains("trajectory") })
    #expect(try program.json("out/summary.json")["trajectory"] is NSNull)
  }

  @Test("check prints its size, and mistakes are told like all others")
  func check() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text(Self.config("{every_steps: 1, particles: 1000}")))
    let plan = try program.run("check", "c.yaml").output
    #expect(plan.contains("trajectory      51 rows of 100 particles\n"))
    // 51 rows of 100 particles of two float32.
    #expect(plan.contains(", trajectory.npy 40.8 kB, "))
    try program.write("c.yaml", TinyConfig.text(Self.config("{every_step: 5}")))
    #expect(
      try program.run("run", "c.yaml")
        == .init(
          status: 65, output: "",
          errors: "c.yaml:13: output.trajectory.every_step: unknown key; did you mean 'every_steps'?\n"))
    try program.write("c.yaml", TinyConfig.text(Self.config("{every_steps: 0}")))
    #expect(
      try program.run("run", "c.yaml")
        == .init(
          status: 65, output: "",
          errors:
            "c.yaml:13: output.trajectory.every_steps: found '0'; give a whole number from 1 to 10000000\n"))
  }
}
