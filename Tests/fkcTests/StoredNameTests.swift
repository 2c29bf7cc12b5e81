import Foundation
import Testing

/// Names are anybody's text; the config that a run stores says the same as the one that was given.
@Suite("names in stored configs") struct StoredNameTests {
  private static let names: [String] = [
    "~", "null", "yes", "NO", "1e3", "0x1F", "012", ".inf", "NaN", "true", "", " lead", "trail ", "a: b",
    "a #b", "#c", "- x", "-",
    "*a", "&a", "!t", "%x", "@x", "`x", "'", "\"", "\\", "a.b", "...", "---", "<<", "=", "?", ": ", "{", "]",
    ",", "é", "日本", "😀👩‍🚀",
    "\u{2028}", "\u{2029}x", "\u{85}", "\u{9B}31m", "\u{80}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}", "\u{E000}",
    "\u{10FFFF}", "\u{1B}[31m",
    "\u{7}", "\t", "line\nbreak", "carriage\r\nreturn", "\u{7F}", "\u{202E}abc",
    String(repeating: "\u{2028}", count: 128),
  ]

  /// As YAML's double quotes take it, every character by its number.
  private static func spelt(_ name: String) -> String {
    "\""
      + name.unicodeScalars.map { scalar in
        let digits = String(scalar.value, radix: 16)
        return digits.count > 4
          ? "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
          : "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined() + "\""
  }

  private static func config(_ names: [String]) -> String {
    let models = names.map {
      "  \(spelt($0)): {kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0}\n"
    }.joined()
    let exponents = names.map { "\(spelt($0)): 0.5" }.joined(separator: ", ")
    return TinyConfig.text([6: models, 7: "", 9: "  product: {\(exponents)}"])
  }

  /// Seen to catch: U+2028 and U+0085 written as they are, at which YAML begins a line; U+E000, which marked repeated keys.
  @Test("a stored config runs again to the same bytes and is stored the same, whatever its models are called")
  func roundTrip() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    var random = SplitMixGenerator(state: 3)
    // Random texts of one to twenty characters from all over Unicode.
    let drawn = (0..<40).map { _ in
      String(
        String.UnicodeScalarView(
          (0..<Int.random(in: 1...20, using: &random)).map { _ in
            Unicode.Scalar(UInt32.random(in: 1...0x10FFFF, using: &random)) ?? "x"
          }))
    }
    let names = Self.names + drawn.filter { !Self.names.contains($0) }
    try program.write("c.yaml", Self.config(names))
    let first = try program.run("run", "c.yaml", "--output", "a", "--progress", "none", "--no-report")
    #expect(first.status == 0, "\(first.errors)")
    let second = try program.run(
      "run", "a/config.yaml", "--output", "b", "--progress", "none", "--no-report")
    #expect(second.status == 0, "\(second.errors)")
    #expect(try program.bytes("a/config.yaml") == program.bytes("b/config.yaml"))
    #expect(try program.bytes("a/samples.npy") == program.bytes("b/samples.npy"))
    let evaluated = try program.json("b/summary.json")["model_evaluations"] as! [String: Any]
    #expect(Set(evaluated.keys) == Set(names))
    // Nothing in the file begins a line or says something to a terminal.
    let stored = try program.text("a/config.yaml")
    #expect(
      stored.unicodeScalars.allSatisfy {
        $0 == "\n"
          || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && $0 != "\u{2028}"
            && $0 != "\u{2029}" && $0 != "\u{202E}"
      })
  }

  @Test("a name that no key of YAML can be is refused with the limit")
  func length() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let long = String(repeating: "m", count: 1100)
    // So long a key needs a question mark.
    try program.write(
      "c.yaml",
      TinyConfig.text([
        6: "  ? \(long)\n  : {kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0}", 7: "",
        9: "  annealed: {model: \(long), inverse_temperature: 2.0}",
      ]))
    #expect(
      try program.run("check", "c.yaml")
        == .init(
          status: 65, output: "",
          errors: "c.yaml:6: models: the name 'mmmmmmmmmmmmmmmmmmmm…' has 1100 characters; give at most 128\n"
        ))
  }
}

/// SplitMix64.
private struct SplitMixGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
