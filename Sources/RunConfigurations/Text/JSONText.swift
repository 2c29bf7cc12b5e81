/// JSON with its keys in the order they were given, and numbers in the fewest digits that read back the same.
package indirect enum JSONText {
  case null
  case boolean(Bool)
  case wholeNumber(UInt64)
  case number(Double)
  case text(String)
  case list([JSONText])
  case object([(String, JSONText)])

  package static func count(_ value: Int) -> JSONText {
    value < 0 ? .number(Double(value)) : .wholeNumber(UInt64(clamping: value))
  }

  /// A figure, or null where there is none and where JSON has no number for it.
  package static func figure(_ value: Double?) -> JSONText {
    guard let value, value.isFinite else { return .null }
    return .number(value)
  }

  /// The text on lines of their own below `indent`, or all on one line where that is nil.
  package func encoded(indent: String? = "") -> String {
    switch self {
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .wholeNumber(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .text(let text): return Self.quoted(text)
    case .list(let items):
      // Numbers side by side, the rest below each other.
      let isFlat = items.allSatisfy {
        if case .object = $0 { false } else if case .list = $0 { false } else { true }
      }
      guard let indent, !isFlat else {
        return "[\(items.map { $0.encoded(indent: nil) }.joined(separator: ", "))]"
      }
      let inner = indent + "  "
      return "[\n" + items.map { inner + $0.encoded(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members):
      guard let indent, !members.isEmpty else {
        return
          "{\(members.map { "\(Self.quoted($0.0)): \($0.1.encoded(indent: nil))" }.joined(separator: ", "))}"
      }
      let inner = indent + "  "
      return "{\n"
        + members.map { "\(inner)\(Self.quoted($0.0)): \($0.1.encoded(indent: inner))" }.joined(
          separator: ",\n")
        + "\n\(indent)}"
    }
  }

  /// What JSON may leave as it is and YAML or a terminal may not: controls, line ends of Unicode, marks of byte order and of
  /// direction, and what is no character. All have at most four digits.
  private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF,
      0xFEFF,
      0xFFFE...0xFFFF:
      true
    default: false
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isEscaped(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
