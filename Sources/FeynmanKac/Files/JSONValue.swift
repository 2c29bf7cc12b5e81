/// A value of a JSON text, with numbers as they are written and members in their order.
package enum JSONValue: Equatable {
  case null
  case boolean(Bool)
  /// The digits as they stand in the text, so that no whole number is rounded.
  case number(String)
  case text(String)
  case list([JSONValue])
  /// No key twice.
  case object([Member])

  package struct Member: Equatable {
    package let key: String
    package let value: JSONValue
  }

  /// A whole number from 0 to `Int.max` that is written in digits alone; nil for everything else.
  package var count: Int? {
    guard case .number(let digits) = self, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(digits)
  }

  /// Whether digits stand for something else than 0, however small.
  package static func isNotZero(_ digits: String) -> Bool {
    digits.prefix { $0 != "e" && $0 != "E" }.contains { ("1"..."9").contains($0) }
  }

  /// What it is, for an error's text.
  package var summary: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let digits): digits.count > 40 ? "\(digits.prefix(40))…" : digits
    case .text(let text): Self.quoted(text)
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// A text in single quotes and short, with characters that would upset a terminal as their numbers.
  package static func quoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars.prefix(100) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + (text.unicodeScalars.dropFirst(100).isEmpty ? "'" : "…'")
  }
}
