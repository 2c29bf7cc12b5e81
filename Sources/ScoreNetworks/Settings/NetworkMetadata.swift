import FeynmanKac

/// The texts of a network file's header as settings.
struct NetworkMetadata {
  /// A setting that cannot be, in a sentence that starts with its name.
  struct Problem: Error {
    let sentence: String

    init(_ key: String, _ problem: String) { sentence = "\(key): \(problem)" }
  }

  /// The range that a number must be in.
  enum Bound { case positive, notNegative }

  /// No layer of a network that can be evaluated is wider.
  static let maximumWidth = 65536
  /// No network that can be evaluated is deeper.
  static let maximumDepth = 1000

  let texts: [String: String]

  // MARK: - Values

  /// A text that may be missing.
  func text(_ key: String) -> String? { texts[key] }

  private func required(_ key: String, _ allowed: String) throws(Problem) -> String {
    guard let text = texts[key] else { throw Problem(key, "missing; give \(allowed)") }
    return text
  }

  /// One of a few words; `fallback` where it is missing.
  func choice<Choice>(_ key: String, default fallback: Choice? = nil) throws(Problem) -> Choice
  where Choice: RawRepresentable<String> & CaseIterable {
    if texts[key] == nil, let fallback { return fallback }
    let words = Choice.allCases.map(\.rawValue)
    let word = try word(key, among: words)
    return Choice(rawValue: word)!
  }

  /// One of a few words.
  func word(_ key: String, among words: [String]) throws(Problem) -> String {
    let allowed = words.joined(separator: ", ")
    let text = try required(key, "one of \(allowed)")
    guard words.contains(text) else {
      let advice = NearestSpelling.advice(for: short(text), among: words, otherwise: "give one of \(allowed)")
      throw Problem(key, "found \(JSONValue.quoted(text)); \(advice)")
    }
    return text
  }

  /// A whole number; `fallback` where it is missing.
  func count(_ key: String, _ range: ClosedRange<Int>, default fallback: Int? = nil) throws(Problem) -> Int {
    if texts[key] == nil, let fallback { return fallback }
    let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let text = try required(key, allowed)
    guard let value = JSONValue.number(text).count, range.contains(value) else {
      throw Problem(key, "found \(JSONValue.quoted(text)); give \(allowed)")
    }
    return value
  }

  /// A finite number; nil where it is missing.
  func number(_ key: String, _ bound: Bound) throws(Problem) -> Double? {
    guard let text = texts[key] else { return nil }
    // JSON's grammar and Python's repr agree; Double alone would also read 0x10 and nan.
    guard case .number(let digits) = try? JSONReader.value(of: Array(text.utf8)[...]), digits == text,
      let value = Double(digits), value.isFinite, bound == .positive ? value > 0 : value >= 0
    else {
      throw Problem(
        key,
        "found \(JSONValue.quoted(text)); give a \(bound == .positive ? "positive" : "non-negative") number")
    }
    return value
  }

  /// A finite number; `fallback` where it is missing.
  func number(_ key: String, default fallback: Double, _ bound: Bound) throws(Problem) -> Double {
    try number(key, bound) ?? fallback
  }

  /// True or false; `fallback` where it is missing.
  func boolean(_ key: String, default fallback: Bool) throws(Problem) -> Bool {
    if texts[key] == nil { return fallback }
    return try word(key, among: ["true", "false"]) == "true"
  }

  /// The keys `input_scale` and `data_standard_deviation`.
  func inputScaling() throws(Problem) -> InputScaling {
    let words = ["none", "unit-variance"]
    guard texts["input_scale"] != nil, try word("input_scale", among: words) != "none" else { return .none }
    guard let spread = try number("data_standard_deviation", .positive) else {
      throw Problem("data_standard_deviation", "missing; input_scale unit-variance needs it")
    }
    return .unitVariance(dataStandardDeviation: spread)
  }

  // MARK: - Keys

  /// Refuses keys that are not known.
  func refuse(keysOtherThan known: [String], of kind: String) throws(Problem) {
    let known = Set(known)
    guard let stranger = texts.keys.filter({ !known.contains($0) }).min() else { return }
    let advice = NearestSpelling.advice(
      for: short(stranger), among: known.sorted(), otherwise: "put what \(kind) does not need into notes")
    throw Problem("__metadata__", "unknown key \(JSONValue.quoted(stranger)); \(advice)")
  }

  /// Edits are counted in a time that grows with the length.
  private func short(_ word: String) -> String { String(word.prefix(64)) }
}
