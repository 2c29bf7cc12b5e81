/// Why a text is not the JSON that is read.
package struct JSONFault: Error, Equatable {
  /// The byte of the text at which it shows, from 0.
  package let position: Int
  /// What was found and what is allowed.
  package let problem: String

  package init(position: Int, problem: String) {
    self.position = position
    self.problem = problem
  }
}

/// Reads JSON (RFC 8259) without its freedoms: no key twice, no half of a surrogate pair, lists and objects at most 16
/// deep.
package struct JSONReader {
  /// A level more than any text here needs would already do.
  static let maximumDepth = 16

  /// Values of one text, which take up to a hundred bytes of memory each.
  static let maximumCount = 10_000_000

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var count = 0

  private init(bytes: ArraySlice<UInt8>, position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// The value that is all of `bytes`, but for blanks around it.
  package static func value(of bytes: ArraySlice<UInt8>) throws(JSONFault) -> JSONValue {
    // Ill-formed bytes would be replaced, and the text then differs.
    let text = String(decoding: bytes, as: UTF8.self)
    var offset = 0
    for (stored, read) in zip(bytes, text.utf8) {
      guard stored == read else {
        throw JSONFault(position: offset, problem: "found bytes that are not UTF-8")
      }
      offset += 1
    }
    guard offset == bytes.count, text.utf8.count == offset else {
      throw JSONFault(position: offset, problem: "found bytes that are not UTF-8")
    }
    var reader = JSONReader(bytes: bytes, position: bytes.startIndex)
    let value = try reader.value(depth: 1)
    reader.skipBlanks()
    guard reader.position == bytes.endIndex else { throw reader.unexpected("the end") }
    return value
  }

  // MARK: - Values

  private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
    skipBlanks()
    guard depth <= Self.maximumDepth else {
      throw fault("found lists and objects more than \(Self.maximumDepth - 1) deep")
    }
    count += 1
    guard count <= Self.maximumCount else { throw fault("found more than \(Self.maximumCount) values") }
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "-"): return try number()
    case let byte? where (0x30...0x39).contains(byte): return try number()
    default:
      for (word, value) in [("true", JSONValue.boolean(true)), ("false", .boolean(false)), ("null", .null)]
      where bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return value
      }
      throw unexpected("a value")
    }
  }

  private mutating func object(depth: Int) throws(JSONFault) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    var keys: Set<String> = []
    skipBlanks()
    if skip("}") { return .object([]) }
    while true {
      skipBlanks()
      guard current == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
      let start = position
      let key = try string()
      guard keys.insert(key).inserted else {
        position = start
        throw fault("found the key \(JSONValue.quoted(key)) a second time")
      }
      skipBlanks()
      guard skip(":") else { throw unexpected("':'") }
      members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
      skipBlanks()
      if skip("}") { return .object(members) }
      guard skip(",") else { throw unexpected("',' or '}'") }
    }
  }

  private mutating func list(depth: Int) throws(JSONFault) -> JSONValue {
    position += 1
    var items: [JSONValue] = []
    skipBlanks()
    if skip("]") { return .list([]) }
    while true {
      items.append(try value(depth: depth + 1))
      skipBlanks()
      if skip("]") { return .list(items) }
      guard skip(",") else { throw unexpected("',' or ']'") }
    }
  }

  private mutating func number() throws(JSONFault) -> JSONValue {
    let start = position
    _ = skip("-")
    if !skip("0") { try digits() }
    if skip(".") { try digits() }
    if skip("e") || skip("E") {
      if !skip("+") { _ = skip("-") }
      try digits()
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digits() throws(JSONFault) {
    let start = position
    while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
    guard position > start else { throw unexpected("a digit") }
  }

  // MARK: - Strings

  private mutating func string() throws(JSONFault) -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        content += Array(String(try escaped()).utf8)
      case 0..<0x20: throw fault("found a control character inside a string")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw unexpected("the end of a string")
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
    UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  private mutating func escaped() throws(JSONFault) -> Unicode.Scalar {
    if let byte = current, let scalar = Self.escapes[byte] {
      position += 1
      return scalar
    }
    guard skip("u") else { throw unexpected("one of \"\\/bfnrtu after a backslash") }
    let start = position
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // The first half of a pair, which only its second may follow.
    if first < 0xDC00, skip("\\"), skip("u") {
      let second = try fourDigits()
      if (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    position = start
    throw fault("found half of a surrogate pair")
  }

  private mutating func fourDigits() throws(JSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | UInt32(clamping: digit)
      position += 1
    }
    return value
  }

  // MARK: - Bytes

  private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private func fault(_ problem: String) -> JSONFault {
    JSONFault(position: position - bytes.startIndex, problem: problem)
  }

  private func unexpected(_ wanted: String) -> JSONFault {
    guard let byte = current else { return fault("found the end where \(wanted) should be") }
    let found = (0x21...0x7E).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    return fault("found \(found) where \(wanted) should be")
  }
}
