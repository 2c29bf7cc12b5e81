import FeynmanKac

/// The texts of a network file's header as settings.
struct NetworkMetadata {
  /// A setting that cannot be, in a sentence that starts with its name.
  struct Problem: Error {
    let sentence: String

    init(_ key: String, _ problem: String) { sentence = "\(key): \(problem)" }
  }

  /// No layer of a network that can be evaluated is wider.
  static let maximumWidth = 65536
  /// No network that can be evaluated is deeper.
  static let maximumDepth = 1000

  let texts: [String: String]

  /// Refuses keys that are not known.
  func refuse(keysOtherThan keys: [any AnyMetadataKey], of kind: String) throws(Problem) {
    let known = Set(keys.map(\.name))
    guard let stranger = texts.keys.filter({ !known.contains($0) }).min() else { return }
    let advice = NearestSpelling.advice(
      for: Self.short(stranger), among: known.sorted(),
      otherwise: "put what \(kind) does not need into notes")
    throw Problem("__metadata__", "unknown key \(JSONValue.quoted(stranger)); \(advice)")
  }

  /// The front of a text: edits are counted in a time that grows with the length.
  static func short(_ word: String) -> String { String(word.prefix(64)) }
}
