import FeynmanKac

extension FuzzTarget {
  /// JSON: what is read says the same when it is written and read again; then the JSON file of a mixture.
  static let json = FuzzTarget("json") { bytes in
    let value = try JSONReader.value(of: bytes[...])
    _ = value.summary
    let again = try JSONReader.value(of: Array(text(of: value).utf8)[...])
    precondition(again == value, "\(value) became \(again)")
    _ = try GaussianMixture(file: folder.write("mixture.json", bytes))
  }

  private static let folder = FuzzFolder("json")

  private static func text(of value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let digits): digits
    case .text(let text): quoted(text)
    case .list(let items): "[\(items.map(text).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\(quoted($0.key)):\(text(of: $0.value))" }.joined(separator: ","))}"
    }
  }

  /// A text with everything but letters and digits as its code units.
  private static func quoted(_ text: String) -> String {
    let units = text.utf16.map { unit -> String in
      if let scalar = Unicode.Scalar(unit), scalar.isASCII, scalar.properties.isAlphabetic {
        return "\(scalar)"
      }
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
    return "\"\(units.joined())\""
  }
}
