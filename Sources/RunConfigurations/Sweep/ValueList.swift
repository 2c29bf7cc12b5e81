/// Splits the values of a `--set` at its top-level commas.
package enum ValueList {
  /// Why a text is no list of values, in words that follow it.
  package struct Fault: Error, Equatable {
    package let problem: String
  }

  /// The parts between the commas that stand in no bracket, brace or quotation, without the spaces around them.
  ///
  /// Quotation marks count where YAML lets a quoted text begin, so the one in `it's` is a letter.
  static func parts(_ text: String) throws(Fault) -> [String] {
    var scan = Scan()
    for character in text { try scan.read(character) }
    return try scan.finished()
  }

  private struct Scan {
    private var parts: [String] = []
    private var part = ""
    private var closers: [Character] = []
    private var quote: Character?
    private var isEscaped = false
    private var mayQuote = true
    /// A doubled single quotation mark stands for one and does not end the text.
    private var closedSingleQuote = false

    mutating func read(_ character: Character) throws(Fault) {
      if let quote {
        part.append(character)
        readQuoted(character, in: quote)
        return
      }
      let reopens = closedSingleQuote && character == "'"
      closedSingleQuote = false
      switch character {
      case ",":
        mayQuote = true
        guard closers.isEmpty else { break }
        return try endPart()
      case "[", "{":
        closers.append(character == "[" ? "]" : "}")
        mayQuote = true
      case "]", "}":
        guard closers.popLast() == character else { throw Fault(problem: "'\(character)' closes nothing") }
        mayQuote = false
      case "'" where mayQuote || reopens, "\"" where mayQuote:
        quote = character
        mayQuote = false
      case ":": mayQuote = true
      case " ": break
      default: mayQuote = false
      }
      part.append(character)
    }

    private mutating func readQuoted(_ character: Character, in quote: Character) {
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote == "\"" {
        isEscaped = true
      } else if character == quote {
        self.quote = nil
        closedSingleQuote = quote == "'"
      }
    }

    private mutating func endPart() throws(Fault) {
      let spaces: (Character) -> Bool = { $0 == " " || $0 == "\t" }
      var trimmed = part.drop(while: spaces)
      while let last = trimmed.last, spaces(last) { trimmed.removeLast() }
      guard !trimmed.isEmpty else { throw Fault(problem: "a value is empty") }
      parts.append(String(trimmed))
      part = ""
    }

    mutating func finished() throws(Fault) -> [String] {
      if let quote { throw Fault(problem: "a quotation that \(quote) opens does not end") }
      if let closer = closers.last { throw Fault(problem: "'\(closer)' is missing") }
      try endPart()
      return parts
    }
  }
}
