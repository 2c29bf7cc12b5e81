import Foundation
import Testing

/// What configs, files and their names hold is shown, never obeyed.
@Suite("text that reaches a terminal") struct TerminalTextTests {
  private func commands(in text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter {
      $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value) || $0 == "\u{202E}"
    }
  }

  @Test("escape codes of configs, options and file names are shown by their numbers")
  func escapes() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let evil = "\u{1B}[31mred\u{7}\u{9B}2J\u{202E}"
    let spelt = "\"\\e[31mred\\x07\\u009b2J\\u202e\""
    try program.write("c.yaml", TinyConfig.text([9: "  product: {\(spelt): 1.0}"]))
    try program.write(evil, "models: {}")
    try program.write(
      "ok.yaml",
      TinyConfig.text([
        6: "  \(spelt): {kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0}", 7: "",
        9: "  product: {\(spelt): 1.0}",
      ]))
    let shown = "\\u{1b}[31mred\\u{7}\\u{9b}2J\\u{202e}"
    let calls = [
      ["check", "c.yaml"], ["check", evil], ["check", "ok.yaml"], ["check", "ok.yaml", "--set", evil],
      ["compare", evil, evil], ["report", evil], ["run", "ok.yaml", "--progress", evil],
    ]
    for arguments in calls {
      let outcome = try program.run(arguments)
      #expect(commands(in: outcome.output + outcome.errors).isEmpty, "\(outcome)")
      #expect((outcome.output + outcome.errors).contains(shown), "\(outcome)")
    }
    #expect(
      try program.run("check", "c.yaml").errors
        == "c.yaml:9: target.product.\(shown): no model is called '\(shown)'; the models are a, b\n")
  }

  @Test("the path of a folder is printed as it is where a program reads it")
  func paths() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    let outcome = try program.run("run", "c.yaml", "--output", "a\u{1B}b", "--progress", "none")
    #expect(outcome.status == 0 && outcome.output == "a\u{1B}b\n")
  }
}
