import Foundation

/// The string literals of Swift sources, with `hole` where a value is put in.
enum SourceLiterals {
  static let hole: Character = "\u{FFFC}"

  private static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources")

  /// The texts of the sources of a target, by their paths below `Sources`.
  static func files(of target: String) throws -> [(path: String, text: String)] {
    let paths = try FileManager.default.subpathsOfDirectory(
      atPath: sources.appendingPathComponent(target).path)
    return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      let file = sources.appendingPathComponent("\(target)/\(path)")
      return ("\(target)/\(path)", try String(contentsOf: file, encoding: .utf8))
    }
  }

  /// Every literal outside of comments, those inside of interpolations too.
  static func literals(of text: String) -> [String] {
    var reader = Reader(rest: text[...])
    reader.readCode(until: nil)
    return reader.literals
  }

  private struct Reader {
    var rest: Substring
    var literals: [String] = []

    /// Reads on to the end, or to the bracket that closes an interpolation.
    mutating func readCode(until closing: Character?) {
      var depth = 0
      while let character = rest.first {
        if rest.hasPrefix("//") {
          rest = rest.drop { $0 != "\n" }
        } else if rest.hasPrefix("#\"") {
          rest = rest.dropFirst(2)
          literals.append(readRaw())
        } else if character == "\"" {
          let isLong = rest.hasPrefix("\"\"\"")
          rest = rest.dropFirst(isLong ? 3 : 1)
          literals.append(readLiteral(end: isLong ? "\"\"\"" : "\""))
        } else {
          rest = rest.dropFirst()
          if character == closing, depth == 0 { return }
          depth += character == "(" ? 1 : character == ")" ? -1 : 0
        }
      }
    }

    private mutating func readRaw() -> String {
      let end = rest.firstRange(of: "\"#") ?? rest.endIndex..<rest.endIndex
      defer { rest = rest[end.upperBound...] }
      return String(rest[..<end.lowerBound])
    }

    private mutating func readLiteral(end: String) -> String {
      var literal = ""
      while !rest.isEmpty, !rest.hasPrefix(end) {
        if rest.hasPrefix("\\(") {
          rest = rest.dropFirst(2)
          readCode(until: ")")
          literal.append(SourceLiterals.hole)
        } else {
          if rest.first == "\\" { rest = rest.dropFirst() }
          if let character = rest.popFirst() { literal.append(character) }
        }
      }
      rest = rest.dropFirst(end.count)
      return literal
    }
  }
}
