/// Writes settings as YAML, always the same for the same settings.
enum SettingText {
  static func yaml(_ settings: Setting) -> String {
    var text = ""
    for entry in settings.entries ?? [] { append(entry, indent: "", to: &text) }
    return text
  }

  private static func append(_ entry: Setting.Entry, indent: String, to text: inout String) {
    text += "\(indent)\(scalar(entry.key)):"
    switch entry.value {
    case .mapping(let entries) where !entries.isEmpty:
      text += "\n"
      for entry in entries { append(entry, indent: indent + "  ", to: &text) }
    case .list(let items) where items.contains { $0.isMapping || $0.items != nil }:
      text += "\n"
      for item in items { text += "\(indent)  - \(inline(item))\n" }
    default:
      text += " \(inline(entry.value))\n"
    }
  }

  /// The setting on one line.
  static func inline(_ setting: Setting) -> String {
    switch setting {
    case .wholeNumber(let value): "\(value)"
    case .number(let value): number(value)
    case .boolean(let value): "\(value)"
    case .text(let text): scalar(text)
    case .list(let items): "[\(items.map(inline).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\(scalar($0.key)): \(inline($0.value))" }.joined(separator: ", "))}"
    }
  }

  /// The shortest digits that read back as the same number; with a point, which some readers of YAML insist on.
  private static func number(_ value: Double) -> String {
    let text = "\(value)"
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// Plain where it reads back as the same text, quoted otherwise.
  private static func scalar(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x5F || byte == 0x2D || byte == 0x2E || byte == 0x2F
    }
    let reserved = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    let startsPlainly = text.first.map { $0.isLetter || $0 == "/" || $0 == "." || $0 == "_" } ?? false
    if isPlain, startsPlainly, !reserved.contains(text.lowercased()), NumberText.read(text) == .other {
      return text
    }
    return JSONText.text(text).encoded(indent: nil)
  }
}
