import Foundation
import Testing

// Runs by a program in parts.

extension ProgramModelTests {
  // Seen to catch: a resolved config whose keys came in another order when it was resolved again, by which parts of a program were refused.
  @Test(
    "parts by a program are joined, and nothing is asked for again that was found out before the first step")
  func parts() throws {
    let program = try program(
      [
        2: "particles: 800", 3: "islands: 8", 6: Self.model, 10: "sampler: {steps: auto, control: none}",
      ], script: Self.script(asked: #"open("asked", "a").write(f"{t}\n")"#))
    defer { program.remove() }
    func run(_ output: String, _ options: [String] = []) throws {
      let outcome = try program.run(
        ["run", "c.yaml", "--allow-programs", "--progress", "none", "--no-report", "--output", output]
          + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try run("whole")
    for part in ["0-2", "3-7"] { try run("p\(part)", ["--islands", part]) }
    func times() throws -> [Double] {
      try program.text("asked").split(separator: "\n").compactMap { Double($0) }
    }
    #expect(try times().contains(1))
    try program.write("asked", "")
    let merged = try program.run(
      "merge", "p0-2", "p3-7", "--allow-programs", "--output", "all", "--no-report")
    #expect(merged.status == 0, "\(merged.errors)")
    for file in ["samples.npy", "log_weights.npy", "trace.csv", "config.yaml"] {
      #expect(try program.bytes("all/\(file)") == program.bytes("whole/\(file)"), "\(file)")
    }
    // Once, when it is loaded, for whether it predicts what it is said to.
    let asked = try times()
    #expect(asked.count <= 1, "\(asked)")
  }
}
