import Foundation
import Testing

/// Exponents that move late, as a config asks for them.
@Suite struct LatePathTests {
  private static func config(_ path: String) -> String {
    """
    seed: 1
    particles: 500
    process: {kind: variance-exploding}
    models: {m: {kind: gaussian, mean: [0.5, -1.0], standard_deviation: 1.0}}
    target: {annealed: {model: m, inverse_temperature: 4.0}, path: \(path)}
    sampler: {steps: 40}
    """
  }

  // 4/∛4 = 2.52 and 0.7 asked for; these are the nearest of every second of 40 steps.
  @Test(
    "check says where they begin to move, and a stored config gives the same bytes",
    arguments: [
      ("constant", "m^4.0"), ("late", "m^4.0, from m^1 above v = 2.75"),
      ("auto", "m^4.0, from m^1 above v = 2.75"),
      ("{late: 0.7}", "m^4.0, from m^1 above v = 0.5"),
    ])
  func plan(_ path: String, _ expected: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.config(path))
    let check = try program.run("check", "c.yaml")
    #expect(
      check.output.split(separator: "\n").contains { $0.hasPrefix("target ") && $0.hasSuffix(" \(expected)") }
    )
    for (config, folder) in [("c.yaml", "one"), ("one/config.yaml", "two")] {
      let run = try program.run("run", config, "--progress", "none", "--output", folder)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try program.bytes("one/samples.npy") == program.bytes("two/samples.npy"))
    #expect(try program.bytes("one/log_weights.npy") == program.bytes("two/log_weights.npy"))
  }

  @Test(
    "what is no path is named",
    arguments: [
      ("later", "found 'later'"), ("{late: -1}", "give a number above 0"), ("{early: 1}", "unknown key"),
    ])
  func faults(_ path: String, _ words: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.config(path))
    let run = try program.run("run", "c.yaml")
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("c.yaml:5: target.path") && run.errors.contains(words), "\(run.errors)")
  }
}
