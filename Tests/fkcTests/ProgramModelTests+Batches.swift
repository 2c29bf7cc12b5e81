import Foundation
import Testing

// How many rows a program is asked for.

extension ProgramModelTests {
  // Seen to catch: the branches of a guided pair in a request each; a number of rows taken for all.
  @Test(
    "a request has as many rows as batch_rows says, with both branches of a guided pair",
    arguments: [
      ("all", [1300]), ("500", [300, 500, 500]), ("blocks", [276, 512, 512]),
    ])
  func batchRows(_ rows: String, _ sizes: [Int]) throws {
    let model =
      "{kind: program, command: [python3, model.py], dimensions: 2, conditions: 1, batch_rows: \(rows)"
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write(
      "c.yaml",
      """
      seed: 1
      particles: 1300
      process: {kind: variance-exploding, sigma_min: 0.05, sigma_max: 10}
      models:
        u: \(model)}
        c: \(model), condition: [1]}
      target: {guided: {unconditional: u, conditional: c, scale: 1.5}}
      sampler: {steps: 3, step_size_error: none, plain_samples: none, control: radial}
      """)
    try program.write(
      "model.py", Self.script(asked: #"open("asked", "a").write(f"{t} {rows} {parts}\n")"#))
    for name in ["one", "two"] {
      let outcome = try program.run(
        "run", "c.yaml", "--allow-programs", "--progress", "none", "--threads", name == "one" ? "1" : "2",
        "--output", name)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try program.bytes("one/samples.npy") == program.bytes("two/samples.npy"))
    let asked = try program.text("asked").split(separator: "\n").map { $0.split(separator: " ") }
    // The last level of both runs, where a check asks each branch three times far out, 4 + 16 rows at a time.
    let end = asked.map { Double($0[0])! }.min()
    let all = asked.filter { Double($0[0]) == end }
    let last = all.filter { $0[1] != "20" }
    #expect(all.count - last.count == 2 * 2 * 3)
    #expect(last.map { Int($0[1])! }.sorted() == (sizes + sizes).sorted())
    #expect(last.allSatisfy { $0[2] == "2" })
  }
}
