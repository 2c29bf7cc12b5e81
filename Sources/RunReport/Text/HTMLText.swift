import RunConfigurations

/// Text and markup, kept apart: what was not written here is escaped on its way into a page.
struct HTMLText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  private(set) var markup: String

  private init(trusted markup: String) { self.markup = markup }

  /// Markup that stands in this program's source.
  init(stringLiteral markup: String) { self.markup = markup }

  /// Any text, to be read as such.
  init(_ text: String) { markup = Self.escaped(text) }

  /// Sentences in which what stands in backquotes is to be copied or typed.
  init(prose text: String) {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    // One that has no partner is no quotation.
    markup =
      parts.count % 2 == 0
      ? Self.escaped(text)
      : parts.enumerated().map { index, part in
        index % 2 == 1 ? "<code>\(Self.escaped(part))</code>" : Self.escaped(part)
      }.joined()
  }

  /// Numbers and the like, as JSON that no markup can end.
  init(json: JSONText) {
    markup = json.encoded(indent: nil).split(separator: "<", omittingEmptySubsequences: false).joined(
      separator: "\\u003c")
  }

  /// The text of a script or a style sheet that stands in this program.
  init(script: String) { markup = script }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { markup += literal }
    /// Escaped.
    mutating func appendInterpolation(_ text: String) { markup += HTMLText.escaped(text) }
    mutating func appendInterpolation(_ html: HTMLText) { markup += html.markup }
    mutating func appendInterpolation(_ number: Int) { markup += "\(number)" }
  }

  init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

  static func + (left: HTMLText, right: HTMLText) -> HTMLText {
    HTMLText(trusted: left.markup + right.markup)
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // Not allowed in HTML, whatever they were meant for.
      case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t", "\u{7F}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Sequence where Element == HTMLText {
  func joined(_ separator: HTMLText = "") -> HTMLText {
    var result: HTMLText = ""
    for (index, element) in enumerated() { result = index == 0 ? element : result + separator + element }
    return result
  }
}
