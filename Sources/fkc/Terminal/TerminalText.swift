/// Text for people, of which no part is a command to their terminal.
///
/// Names in configs, names of files and what files hold come from anywhere. Everything that reaches a standard stream goes
/// through here.
enum TerminalText {
  /// The same with controls, marks of direction and line ends of Unicode as their numbers, such as `\u{1b}`; line breaks and
  /// tabs stay.
  static func shown(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isCommand) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      if isCommand(scalar) {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  private static func isCommand(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
