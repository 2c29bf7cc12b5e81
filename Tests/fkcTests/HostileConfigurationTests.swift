import Foundation
import Testing

/// Configs that are small and mean much, in other encodings, or with numbers at the edges of what numbers are.
@Suite("hostile configs") struct HostileConfigurationTests {
  private func outcome(_ text: String, _ arguments: String...) throws -> CommandLineProgram.Outcome {
    try outcome(Data(text.utf8), arguments)
  }

  private func outcome(_ bytes: Data, _ arguments: [String] = []) throws -> CommandLineProgram.Outcome {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try bytes.write(to: program.folder.appendingPathComponent("c.yaml"))
    return try program.run(["check", "c.yaml"] + arguments)
  }

  private static let aliases: String = {
    let first = "a0: &a0 [\(Array(repeating: "x", count: 10).joined(separator: ", "))]"
    let rest = (1...8).map { level in
      let names = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      return "a\(level): &a\(level) [\(names)]"
    }
    return ([first] + rest).joined(separator: "\n") + "\n"
  }()

  /// Each took memory without bound, or a stack.
  @Test("aliases, depth, length and repetition have limits, each of which is named")
  func limits() throws {
    let deep = String(repeating: "[", count: 200)
    let many = (0..<150).map { _ in "x: 1\n" }.joined()
    let cases: [(String, String)] = [
      (Self.aliases, "c.yaml:6: more than 500000 values, aliases counted with what they repeat\n"),
      (
        Self.aliases + "? *a8\n: 1\n",
        "c.yaml:6: more than 500000 values, aliases counted with what they repeat\n"
      ),
      ("a: &a [*a]\n", "c.yaml:1: not YAML: found undefined alias\n"),
      (deep, "c.yaml:1: lists and mappings are more than 128 deep\n"),
      (String(repeating: "{a: ", count: 200), "c.yaml:1: lists and mappings are more than 128 deep\n"),
      (
        "\nx: " + String(repeating: "y", count: 65537),
        "c.yaml:2: a text of 65537 bytes; give at most 65536\n"
      ),
      ("1\n---\n2\n", "c.yaml:2: not YAML of one document: another begins here\n"),
      ("a: 1\nb: \u{1}", "c.yaml:2: not YAML: control characters are not allowed\n"),
    ]
    for (text, errors) in cases {
      #expect(try outcome(text) == .init(status: 65, output: "", errors: errors))
    }
    let repeated = try outcome(many)
    #expect(repeated.status == 65)
    #expect(repeated.errors.split(separator: "\n").count == 101)
    #expect(repeated.errors.hasSuffix("c.yaml: and 49 more faults\n"))
  }

  @Test("a config that never ends, or never begins, is refused")
  func streams() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    #expect(
      try program.run("check", "/dev/zero")
        == .init(
          status: 65, output: "",
          errors: "/dev/zero: has more than 16777216 bytes; at most so many are read\n"))
    let big = program.folder.appendingPathComponent("big.yaml").path
    try program.write("big.yaml", "")
    #expect(truncate(big, 5 << 30) == 0)
    #expect(
      try program.run("check", "big.yaml")
        == .init(
          status: 65, output: "", errors: "big.yaml: has 5368709120 bytes; at most 16777216 are read\n"))
  }

  @Test("a byte order mark and other line ends are read; other encodings are named")
  func encodings() throws {
    // What the process holds differs from call to call.
    func plan(_ bytes: Data) throws -> [Substring] {
      let outcome = try outcome(bytes)
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      return outcome.output.split(separator: "\n").filter { !$0.hasPrefix("memory") }
    }
    let text = TinyConfig.text()
    let plain = try plan(Data(text.utf8))
    #expect(try plan(Data([0xEF, 0xBB, 0xBF]) + Data(text.utf8)) == plain)
    #expect(try plan(Data(text.replacing("\n", with: "\r\n").utf8)) == plain)
    for encoding in [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian] {
      #expect(
        try outcome(text.data(using: encoding)!)
          == .init(status: 65, output: "", errors: "c.yaml: is UTF-16 text; save it as UTF-8\n"))
    }
    #expect(
      try outcome(Data(text.utf8) + [0x23, 0xE9])
        == .init(status: 65, output: "", errors: "c.yaml: is not UTF-8 text: line 14 has other bytes\n"))
  }

  /// Asking twice at every level took 25 seconds at 30 levels.
  @Test("rewards inside each other are read in no time, and no deeper than there is use for")
  func nestedRewards() throws {
    func config(_ depth: Int) -> String {
      let inner = (0..<depth).reduce("{kind: linear, coefficients: [1.0, 0.5]}") { inner, _ in
        "{kind: weighted_sum, rewards: [\(inner)], weights: [1.0]}"
      }
      return TinyConfig.text([9: "  product: {a: 1.0, b: 0.5}\n  reward: \(inner)"])
    }
    let clock = ContinuousClock()
    let began = clock.now
    #expect(try outcome(config(32)).status == 0)
    #expect(clock.now - began < .seconds(5))
    let deeper = try outcome(config(33))
    #expect(deeper.status == 65)
    #expect(deeper.errors.hasSuffix(": rewards are more than 32 deep in each other; give fewer\n"))
    #expect(
      try outcome(config(70))
        == .init(status: 65, output: "", errors: "c.yaml:10: lists and mappings are more than 128 deep\n"))
  }

  @Test("numbers at the edges are refused in a sentence or planned for")
  func numbers() throws {
    let text = TinyConfig.text([13: ""])
    let whole = "give a whole number from 1 to"
    let cases: [(String, String)] = [
      ("sampler.steps=1000000000000000000", "found '1000000000000000000'; \(whole) 10000000"),
      ("particles=18446744073709551616", "found '18446744073709551616'; \(whole) 2147483647"),
      ("particles=1e400", "found '1e400'; \(whole) 2147483647; this is too large for a 64-bit float"),
      ("islands=1000001", "found '1000001'; \(whole) 1000000"),
      (
        "models.a.standard_deviation=1e-400",
        "found '1e-400'; give a number above 0; this is too small for a 64-bit float"
      ),
      ("sampler.noise_scale=.nan", "found '.nan'"),
    ]
    for (change, problem) in cases {
      let found = try outcome(Data(text.utf8), ["--set", change])
      #expect(found.status == 65 && found.output.isEmpty, "\(change)")
      let path = change.prefix { $0 != "=" }
      #expect(found.errors.hasPrefix("c.yaml:--set: \(path): \(problem)"), "\(found.errors)")
    }
    for change in ["sampler.noise_scale=1e18", "sampler.noise_scale=1e300", "sampler.tolerance=1e-300"] {
      #expect(try outcome(Data(text.utf8), ["--set", change]).status == 0, "\(change)")
    }
  }

  /// The program greets and then waits; nothing is ever asked of it.
  @Test("sizes whose product no machine holds are refused, not multiplied")
  func products() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write(
      "m.py",
      "import sys\nhello = sys.stdin.buffer.read(16)\nsys.stdout.buffer.write(hello)\nsys.stdout.buffer.flush()\nsys.stdin.buffer.read()\n"
    )
    let model = "{kind: program, command: [python3, m.py], dimensions: 2147483647}"
    try program.write("c.yaml", TinyConfig.text([6: "  a: \(model)", 7: "", 9: "  product: {a: 1.0}"]))
    for changes in [
      ["particles=2147483647"], ["sampler.control=linear"],
      ["output.trajectory={every_steps: 1, particles: 100}"],
    ] {
      let found = try program.run(["check", "c.yaml"] + changes.flatMap { ["--set", $0] })
      #expect(found.status == 65 && found.output == "")
      #expect(
        found.errors.wholeMatch(
          of:
            /c\.yaml:(?:--set|2): particles: \d+ particles of 2147483647 dimensions take at least [\d.]+ MB of memory, but this machine leaves the run [\d.]+ MB; take fewer\n/
        ) != nil, "\(found.errors)")
    }
  }
}
