/// Rows of fields as comma-separated values (RFC 4180, with line feeds).
struct CSVTable {
  private(set) var text = ""

  init(columns: [String]) { append(columns) }

  /// - Parameter fields: Nil where there is no figure, which is an empty field.
  mutating func append(_ fields: [String?]) {
    text += fields.map { $0.map(Self.field) ?? "" }.joined(separator: ",") + "\n"
  }

  private static func field(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) }
    guard needsQuotes else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
