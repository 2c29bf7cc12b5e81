/// What the text of an NPY file's header says: a Python dictionary of three keys, and nothing besides.
///
/// As strict as NumPy: a header of which a letter was damaged is refused, and never read as another array.
struct NPYHeaderText {
  private var rest: Substring
  private(set) var type: String?
  private(set) var isFortranOrder: Bool?
  private(set) var shape: [Int]?

  /// Reads the text; there is nothing where it says anything else.
  init?(_ text: String) {
    rest = text[...]
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = takeQuoted(), take(":"), takeValue(of: key) else { return nil }
      guard take(",") || rest.first == "}" else { return nil }
    }
    guard rest.allSatisfy({ $0 == " " || $0 == "\n" }), type != nil, isFortranOrder != nil,
      shape != nil
    else { return nil }
  }

  private mutating func takeValue(of key: Substring) -> Bool {
    switch key {
    case "descr" where type == nil:
      type = takeQuoted().map { String($0) }
      return type != nil
    case "fortran_order" where isFortranOrder == nil:
      isFortranOrder = take("True") ? true : take("False") ? false : nil
      return isFortranOrder != nil
    case "shape" where shape == nil:
      shape = takeSizes()
      return shape != nil
    default: return false
    }
  }

  /// What stands between two quotation marks of a kind.
  private mutating func takeQuoted() -> Substring? {
    guard let quote = rest.first, quote == "'" || quote == "\"" else { return nil }
    let content = rest.dropFirst().prefix { $0 != quote }
    guard rest.count > content.count + 1 else { return nil }
    rest = rest.dropFirst(content.count + 2)
    skipBlanks()
    return content
  }

  /// Numbers in parentheses, with a comma after each but the last; that of one alone has one too.
  private mutating func takeSizes() -> [Int]? {
    guard take("(") else { return nil }
    var sizes: [Int] = []
    var endsWithComma = true
    while !take(")") {
      let digits = rest.prefix { $0.isASCII && $0.isWholeNumber }
      guard endsWithComma, let size = Int(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      skipBlanks()
      sizes.append(size)
      endsWithComma = take(",")
    }
    return sizes.count == 1 && !endsWithComma ? nil : sizes
  }

  /// Takes a word, with the blanks after it; false where another one stands there.
  private mutating func take(_ word: String) -> Bool {
    guard rest.hasPrefix(word) else { return false }
    rest = rest.dropFirst(word.count)
    skipBlanks()
    return true
  }

  private mutating func skipBlanks() { rest = rest.drop { $0 == " " } }
}
