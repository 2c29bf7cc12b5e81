import FeynmanKac

/// What a key of a network file's header may hold, with the value that its text stands for.
struct MetadataShape<Value: Sendable>: Sendable {
  /// The values as documentation lists them.
  let values: String
  /// The values as a message asks for them.
  let allowed: String
  /// The texts, where there are only a few.
  let words: [String]
  /// Reads a text; nil where it is none of the values.
  let read: @Sendable (String) -> Value?
  /// The inverse, for defaults.
  let write: @Sendable (Value) -> String

  init(
    values: String, allowed: String, words: [String] = [], read: @escaping @Sendable (String) -> Value?,
    write: @escaping @Sendable (Value) -> String
  ) {
    self.values = values
    self.allowed = allowed
    self.words = words
    self.read = read
    self.write = write
  }

  /// The value of a text.
  func value(of text: String, at key: String) throws(NetworkMetadata.Problem) -> Value {
    if let value = read(text) { return value }
    let advice = NearestSpelling.advice(
      for: NetworkMetadata.short(text), among: words, otherwise: "give \(allowed)")
    throw .init(key, "found \(JSONValue.quoted(text)); \(advice)")
  }
}

// MARK: - Words

extension MetadataShape {
  /// One of a few words.
  static func word(_ words: [String], read: @escaping @Sendable (String) -> Value?) -> Self
  where Value == String {
    Self(
      values: documented(words), allowed: "one of \(words.joined(separator: ", "))", words: words, read: read,
      write: { $0 })
  }

  fileprivate static func documented(_ words: [String]) -> String {
    words.map { "`\($0)`" }.joined(separator: ", ")
  }
}

extension MetadataShape where Value: RawRepresentable<String> & CaseIterable {
  /// One of the words of a type.
  static var choice: Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(
      values: documented(words), allowed: "one of \(words.joined(separator: ", "))", words: words,
      read: { Value(rawValue: $0) }, write: { $0.rawValue })
  }
}

extension MetadataShape where Value == Bool {
  static var boolean: Self {
    let words = ["true", "false"]
    return Self(
      values: documented(words), allowed: "one of \(words.joined(separator: ", "))", words: words,
      read: { words.contains($0) ? $0 == words[0] : nil }, write: { $0 ? words[0] : words[1] })
  }
}

// MARK: - Numbers and texts

extension MetadataShape where Value == Int {
  static func count(_ range: ClosedRange<Int>) -> Self {
    Self(
      values: "\(range.lowerBound) to \(range.upperBound)",
      allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { text in JSONValue.number(text).count.flatMap { range.contains($0) ? $0 : nil } },
      write: { "\($0)" })
  }
}

extension MetadataShape where Value == Double {
  /// A finite number above 0.
  static var positive: Self { number("number > 0", "a positive number") { $0 > 0 } }
  /// A finite number of at least 0.
  static var notNegative: Self { number("number ≥ 0", "a non-negative number") { $0 >= 0 } }

  private static func number(
    _ values: String, _ allowed: String, _ isAllowed: @escaping @Sendable (Double) -> Bool
  ) -> Self {
    Self(
      values: values, allowed: allowed,
      read: { text in
        // JSON's grammar and Python's repr agree; Double alone would also read 0x10 and nan.
        guard case .number(let digits) = try? JSONReader.value(of: Array(text.utf8)[...]), digits == text,
          let value = Double(digits), value.isFinite, isAllowed(value)
        else { return nil }
        return value
      },
      write: { value in Int(exactly: value).map { "\($0)" } ?? "\(value)" })
  }
}

extension MetadataShape where Value == String {
  /// Any text; `values` says what is expected of it.
  static func text(_ values: String) -> Self {
    Self(values: values, allowed: values, read: { $0 }, write: { $0 })
  }

  /// One text alone.
  static func exactly(_ word: String) -> Self { .word([word]) { $0 == word ? $0 : nil } }
}
