/// Numbers as a config may spell them: decimal, without leading zeros, underscores, hexadecimals or infinities.
enum NumberText {
  /// Why a scalar is no number, or its value.
  enum Reading: Equatable {
    case number(Double)
    case tooLarge
    case tooSmall
    case notFinite
    case leadingZero
    case other
  }

  static func read(_ text: String) -> Reading {
    if [".inf", "-.inf", "+.inf", ".nan", "inf", "-inf", "nan", "infinity", "-infinity"].contains(
      text.lowercased())
    {
      return .notFinite
    }
    var rest = Substring(text)
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    let whole = takeDigits(&rest)
    var fraction = ""
    if rest.first == "." {
      rest.removeFirst()
      fraction = takeDigits(&rest)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return .other }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
      guard !takeDigits(&rest).isEmpty else { return .other }
    }
    guard rest.isEmpty else { return .other }
    if whole.count > 1, whole.hasPrefix("0") { return .leadingZero }
    // `Double` wants a digit on both sides of the point.
    let spelling = text.hasPrefix("+") ? String(text.dropFirst()) : text
    guard let value = Double(normalized(spelling)) else { return .other }
    guard value.isFinite else { return .tooLarge }
    // Never a zero that nobody wrote.
    let isZero = !(whole + fraction).contains { $0 != "0" }
    return value == 0 && !isZero ? .tooSmall : .number(value)
  }

  /// A whole number of at most 64 bits; also one spelt like `1e4`, where doubles still count in ones.
  static func wholeNumber(_ text: String) -> UInt64? {
    if let exact = UInt64(text) { return text.count > 1 && text.hasPrefix("0") ? nil : exact }
    guard case .number(let value) = read(text), value <= 0x1p53 else { return nil }
    return UInt64(exactly: value)
  }

  private static func takeDigits(_ text: inout Substring) -> String {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    text = text.dropFirst(digits.count)
    return String(digits)
  }

  private static func normalized(_ text: String) -> String {
    var result = ""
    var previous: Character = " "
    for character in text {
      if character == ".", !previous.isNumber { result.append("0") }
      if previous == ".", !character.isNumber { result.append("0") }
      result.append(character)
      previous = character
    }
    return previous == "." ? result + "0" : result
  }
}
