import FeynmanKac
import ScoreNetworks

/// Takes figures out of a `summary.json`, and says what is wrong where they are not there.
package struct SummaryReader {
  let path: String
  private let members: [JSONValue.Member]

  /// - Throws: `FileError` that names the file and what was found.
  package init(_ text: String, path: String) throws(FileError) {
    self.path = path
    members = try Self.members(of: text, path: path)
  }

  /// An object in such a file.
  package init(_ members: [JSONValue.Member], path: String) {
    self.path = path
    self.members = members
  }

  /// The members of a text that is one JSON object.
  package static func members(of text: String, path: String) throws(FileError) -> [JSONValue.Member] {
    let bytes = Array(text.utf8)
    let value: JSONValue
    do throws(JSONFault) { value = try JSONReader.value(of: bytes[...]) } catch {
      let line = 1 + bytes.prefix(error.position).count { $0 == UInt8(ascii: "\n") }
      throw FileError(.malformed, "\(path):\(line)", "is not JSON: \(error.problem)")
    }
    guard case .object(let members) = value else {
      throw FileError(.malformed, path, "is \(value.summary); give an object")
    }
    return members
  }

  package func value(_ key: String) throws(FileError) -> JSONValue {
    guard let value = optionalValue(key) else {
      throw FileError(.malformed, path, "has no '\(key)'; give the folder of a finished run")
    }
    return value
  }

  package func optionalValue(_ key: String) -> JSONValue? { members.first { $0.key == key }?.value }

  package func count(_ key: String) throws(FileError) -> Int {
    let value = try value(key)
    guard let count = value.count else { throw wrong(key, value, "a whole number") }
    return count
  }

  package func count(_ key: String, in range: ClosedRange<Int>) throws(FileError) -> Int {
    let count = try count(key)
    guard range.contains(count) else {
      throw FileError(
        .malformed, path,
        "'\(key)' is \(count); give a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  /// A number that is not below 0, and above a bound by rounding alone.
  package func number(_ key: String, upTo highest: Int) throws(FileError) -> Double {
    let number = try number(key)
    guard number >= 0, number <= Double(highest) * (1 + 1e-6) else {
      throw FileError(.malformed, path, "'\(key)' is \(number); give a number from 0 to \(highest)")
    }
    return number
  }

  /// A number, or nil for null.
  package func optionalNumber(_ key: String) throws(FileError) -> Double? {
    let value = try value(key)
    if value == .null { return nil }
    guard let number = Self.number(value) else { throw wrong(key, value, "a number or null") }
    return number
  }

  package func number(_ key: String) throws(FileError) -> Double {
    let value = try value(key)
    guard let number = Self.number(value) else { throw wrong(key, value, "a number") }
    return number
  }

  /// A text, or nil for null.
  package func optionalText(_ key: String) throws(FileError) -> String? {
    let value = try value(key)
    if value == .null { return nil }
    guard case .text(let text) = value else { throw wrong(key, value, "a text or null") }
    return text
  }

  /// A list of numbers. A null counts as none; a null among them as a number that is not finite.
  package func numbers(_ key: String) throws(FileError) -> [Double] {
    let value = try value(key)
    if value == .null { return [] }
    guard case .list(let items) = value else { throw wrong(key, value, "a list of numbers or null") }
    return try items.map { (item) throws(FileError) -> Double in
      if item == .null { return .nan }
      guard let number = Self.number(item) else { throw wrong(key, item, "numbers") }
      return number
    }
  }

  /// The entries of an object as text; null as a dash.
  package func texts(_ key: String) throws(FileError) -> [(name: String, text: String)] {
    let value = try value(key)
    guard case .object(let members) = value else { throw wrong(key, value, "an object") }
    return members.map { ($0.key, Self.text($0.value)) }
  }

  /// The run's warnings; those of older versions are texts without a code.
  package func warnings() throws(FileError) -> [RunWarning] {
    guard let value = optionalValue("warnings") else { return [] }
    guard case .list(let items) = value else { throw wrong("warnings", value, "a list") }
    return try items.map { (item) throws(FileError) -> RunWarning in
      switch item {
      case .text(let sentence): return RunWarning(.longSteps, sentence)
      case .object(let members):
        guard case .text(let name)? = members.first(where: { $0.key == "code" })?.value,
          let code = RunWarning.Code(rawValue: name),
          case .text(let sentence)? = members.first(where: { $0.key == "sentence" })?.value
        else { throw wrong("warnings", value, "codes and sentences as fkc run writes them") }
        return RunWarning(
          code, sentence, isDoubt: members.first(where: { $0.key == "doubtful" })?.value == .boolean(true))
      default: throw wrong("warnings", item, "an object with a code and a sentence")
      }
    }
  }

  /// Whether the figures can be trusted; nil where the summary does not say, as in older versions.
  package func trust() throws(FileError) -> Trust? {
    guard let value = optionalValue("trust") else { return nil }
    guard case .text(let name) = value, let trust = Trust(rawValue: name) else {
      throw wrong("trust", value, Trust.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return trust
  }

  package static func number(_ value: JSONValue) -> Double? {
    guard case .number(let digits) = value, let number = Double(digits), number.isFinite else { return nil }
    return number
  }

  package static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "–"
    case .text(let text): text
    case .number(let digits): digits
    default: value.summary
    }
  }

  package func wrong(_ key: String, _ value: JSONValue, _ wanted: String) -> FileError {
    FileError(.malformed, path, "'\(key)' is \(value.summary); give \(wanted)")
  }
}
