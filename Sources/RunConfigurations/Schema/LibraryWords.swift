import FeynmanKac
import ScoreNetworks

/// What the library's messages call settings, in the words of a config.
///
/// The library names properties and cases as Swift code spells them, in backquotes inside of sentences. The keys know what
/// stands for them there, so the table is made of the keys. What is not in it stays as it is.
package struct LibraryWords: Sendable {
  /// One key.
  package struct Entry: Sendable {
    /// Its property, part by part.
    package let property: [String]
    /// Where it stands in a config, with `*` for any name or index.
    package let path: [String]
    fileprivate let field: SettingField?
    /// What the words that it may hold are called.
    package var words: [SwiftWord] { field?.words ?? [] }
  }

  /// Every key, in the order of the mappings.
  package let entries: [Entry]

  /// The words for what mappings hold, and for what is inside of that.
  init(of records: RecordShape...) {
    var table = Table()
    for record in records { table.add(record, at: [], property: []) }
    entries = table.entries
  }

  /// What is an option of the command, and no key.
  private static let options = ["threads"]

  // MARK: - Paths

  /// The whole path of the key that a property or the end of its path stands for.
  ///
  /// - Parameter models: What the terms of the target are called, whose indices a property may have.
  package func path(of property: String, models: [String] = []) -> String {
    guard let entry = entry(of: Self.parts(property)) else { return property }
    let index = property.split(separator: "[").dropFirst().first.flatMap { Int($0.prefix { $0 != "]" }) }
    let name = index.flatMap { models.indices.contains($0) ? models[$0] : nil }
    guard name != nil || !entry.path.contains("*") else { return property }
    return entry.path.map { $0 == "*" ? name ?? $0 : $0 }.joined(separator: ".")
  }

  /// The end of that path, with as many parts as there are of the property.
  package func key(of property: String) -> String { known(property) ?? property }

  private func known(_ property: some StringProtocol) -> String? {
    let parts = Self.parts(property)
    guard let path = entry(of: parts)?.path else { return nil }
    // A name or an index is a part of no property.
    let own = path.split(separator: "*").last ?? path[...]
    return own.suffix(parts.count).joined(separator: ".")
  }

  private func entry(of parts: [String]) -> Entry? {
    guard !parts.isEmpty else { return nil }
    return entries.first { $0.property == parts }
      ?? entries.first { $0.property.suffix(parts.count) == parts }
  }

  /// The parts of a path, each index as `*`.
  private static func parts(_ property: some StringProtocol) -> [String] {
    property.split(separator: ".").map { part in
      guard let bracket = part.firstIndex(of: "["), part.hasSuffix("]") else { return String(part) }
      return part[..<bracket] + "[*]"
    }
  }

  // MARK: - Sentences

  /// A sentence of the library with the words of a config for what it has in backquotes.
  package func translated(_ sentence: String) -> String {
    var text = ""
    var rest = sentence[...]
    while let start = rest.firstIndex(of: "`") {
      text += rest[..<start]
      rest = rest[rest.index(after: start)...]
      if let end = rest.firstIndex(of: "`"), let words = words(for: String(rest[..<end])) {
        text += words
        rest = rest[rest.index(after: end)...]
      } else {
        text += "`"
      }
    }
    return text + rest
  }

  /// A sentence whose last words may be the library's advice, after what others wrote.
  func translated(end sentence: String) -> String {
    let advice = ProgramNetworkError.advice
    guard sentence.hasSuffix(advice) else { return sentence }
    return sentence.dropLast(advice.count) + translated(advice)
  }

  /// What a config says for `property`, `property: value` or `.case`; nil for what it does not know.
  package func words(for code: String) -> String? {
    guard let colon = code.firstIndex(of: ":"), code[colon...].hasPrefix(": ") else {
      // Cases and types are no properties.
      let isValue = code.first.map { $0 == "." || $0.isUppercase } ?? false
      return isValue ? Self.word(for: code, among: entries.lazy.flatMap(\.words)) : known(code)
    }
    let (name, value) = (code[..<colon], String(code[colon...].dropFirst(2)))
    if Self.options.contains(String(name)) { return "--\(Self.option(name)) \(value)" }
    guard let key = known(name), let entry = entry(of: Self.parts(name)) else { return nil }
    let isCode = value.hasPrefix(".")
    guard let value = isCode ? Self.word(for: value, among: entry.words) : value else { return nil }
    return "\(key): \(value)"
  }

  private static func word(for code: String, among words: some Sequence<SwiftWord>) -> String? {
    words.first { $0.swift == code }?.word
  }

  /// The name of the command's option for a property, without dashes.
  package static func option(_ property: some StringProtocol) -> String {
    property.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
  }
}

extension LibraryWords {
  /// The entries as they are found.
  private struct Table {
    private(set) var entries: [Entry] = []
    /// Shapes that contain themselves are looked at once.
    private var known: Set<String> = []

    mutating func add(_ record: RecordShape, at path: [String], property: [String]) {
      for field in record.fields where !field.isRefused {
        add(field, at: path + [field.key], property: Self.joined(field.property, to: property))
      }
      for variant in record.tag?.variants ?? [] { add(variant.record, at: path, property: property) }
    }

    private mutating func add(_ field: SettingField, at path: [String], property: [String]) {
      if !field.property.isEmpty, !field.shape.hasNames {
        entries.append(Entry(property: property, path: path, field: field))
      }
      add(field.shape, at: path, property: property)
    }

    private mutating func add(_ shape: SettingShape, at path: [String], property: [String]) {
      switch shape {
      case .record(let record): add(record, at: path, property: property)
      case .named(_, let shape):
        entries.append(Entry(property: property + ["model"], path: path + ["*"], field: nil))
        add(shape, at: path + ["*"], property: property)
      case .list(let shape):
        add(shape, at: path + ["*"], property: property.dropLast() + property.suffix(1).map { $0 + "[*]" })
      case .either(let shapes): for shape in shapes { add(shape, at: path, property: property) }
      case .reference(let name, let shape):
        if known.insert(name).inserted { add(shape(), at: path, property: property) }
      case .wholeNumber, .number, .boolean, .choice, .text, .path: break
      }
    }

    private static func joined(_ property: String, to owner: [String]) -> [String] {
      guard property.hasPrefix("../") else { return owner + property.split(separator: ".").map(String.init) }
      return joined(String(property.dropFirst(3)), to: owner.dropLast())
    }
  }
}

extension SettingShape {
  /// A mapping with free names.
  fileprivate var hasNames: Bool { if case .named = self { true } else { false } }
}
