extension GaussianMixture {
  /// The spread of a mixture as files and configs may give it, in data units.
  public enum Spread: Sendable, Equatable {
    case common(Double)
    /// `[K]`
    case perComponent([Double])
    /// `[K][d]`
    case perDimension([[Double]])
  }

  /// Spells out what files and configs may leave short.
  ///
  /// - Parameters:
  ///   - means: `[K][d]`, in data units.
  ///   - weights: `[K]`, positive, summing to 1 within 1e-6; equal where nil.
  ///   - spread: `s`, positive, in data units.
  /// - Throws: `SetupError` naming `means`, `weights` or `standardDeviations`.
  public init(means: [[Double]], weights: [Double]?, spread: Spread) throws {
    let rows: [[Double]] =
      switch spread {
      case .common(let value): means.map { Array(repeating: value, count: $0.count) }
      case .perComponent(let values):
        values.map { Array(repeating: $0, count: means.first?.count ?? 0) }
      case .perDimension(let rows): rows
      }
    let equal = Array(repeating: 1 / Double(max(means.count, 1)), count: means.count)
    try self.init(means: means, weights: weights ?? equal, standardDeviations: rows)
  }

  /// The most bytes of a JSON file that are read.
  public static let largestFile = 1 << 28

  /// Reads a mixture from a JSON file.
  ///
  /// Keys: `means` [K][d], `weights` [K] (equal where absent), `standard_deviations`: a number, [K] or [K][d]. Others
  /// are ignored.
  ///
  /// - Throws: `FileError` that names the file and the key.
  public init(file path: String) throws {
    try self.init(json: FileBytes.read(path, atMost: Self.largestFile), file: path)
  }

  /// Reads a mixture from the content of a JSON file, whose name is for the error.
  public init(json bytes: [UInt8], file path: String) throws(FileError) {
    let plain = try TextFile.plain(bytes, path: path)
    let stored: StoredMixture
    do throws(StoredMixture.Problem) {
      stored = try StoredMixture(plain)
    } catch {
      throw FileError(.malformed, path, error.sentence)
    }
    do {
      try self.init(means: stored.means, weights: stored.weights, spread: stored.spread)
    } catch let error as SetupError {
      throw FileError(.malformed, path, "\(StoredMixture.key(of: error.setting)): \(error.problem)")
    } catch {
      throw FileError(.malformed, path, "\(error)")
    }
  }
}

/// The keys of the file.
private struct StoredMixture {
  let means: [[Double]]
  let weights: [Double]?
  let spread: GaussianMixture.Spread

  /// A sentence without the file's name.
  struct Problem: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  /// What the file calls a property of a mixture.
  static func key(of property: String) -> String {
    property == "standardDeviations" ? "standard_deviations" : property
  }

  private static let keys =
    "means [[number]], standard_deviations (a number, [number] or [[number]]) and weights [number]"

  init(_ bytes: [UInt8]) throws(Problem) {
    // First, because it also finds the line of a number that is too large.
    if let stray = Self.strayWord(in: bytes) { throw Problem(stray) }
    let value: JSONValue
    do throws(JSONFault) { value = try JSONReader.value(of: bytes[...]) } catch {
      let line = 1 + bytes.prefix(error.position).count { $0 == 0x0A }
      throw Problem("line \(line): is not JSON: \(error.problem)")
    }
    guard case .object(let members) = value else {
      throw Problem("its top is not an object; give one with \(Self.keys)")
    }
    func member(_ key: String) -> JSONValue? {
      // Null is as good as absent.
      members.first { $0.key == key && $0.value != .null }?.value
    }
    func required(_ key: String) throws(Problem) -> JSONValue {
      guard let value = member(key) else { throw Problem("\(key): missing; give \(Self.keys)") }
      return value
    }
    means = try Self.rows(required("means"), "means")
    let spread = try required("standard_deviations")
    switch spread {
    case .number: self.spread = .common(try Self.number(spread, "standard_deviations"))
    case .list(let items):
      if case .list? = items.first {
        self.spread = .perDimension(try Self.rows(spread, "standard_deviations"))
      } else {
        self.spread = .perComponent(try Self.numbers(spread, "standard_deviations"))
      }
    default: throw Self.wrong("standard_deviations")
    }
    weights = try member("weights").map { value throws(Problem) in try Self.numbers(value, "weights") }
  }

  private static func wrong(_ place: String) -> Problem {
    Problem("\(place): not of the right type; give \(keys)")
  }

  private static func rows(_ value: JSONValue, _ place: String) throws(Problem) -> [[Double]] {
    guard case .list(let items) = value else { throw wrong(place) }
    var rows: [[Double]] = []
    for (index, item) in items.enumerated() { rows.append(try numbers(item, "\(place).\(index)")) }
    return rows
  }

  private static func numbers(_ value: JSONValue, _ place: String) throws(Problem) -> [Double] {
    guard case .list(let items) = value else { throw wrong(place) }
    var numbers: [Double] = []
    numbers.reserveCapacity(items.count)
    for (index, item) in items.enumerated() { numbers.append(try number(item, "\(place).\(index)")) }
    return numbers
  }

  private static func number(_ value: JSONValue, _ place: String) throws(Problem) -> Double {
    guard case .number(let digits) = value else { throw wrong(place) }
    guard let number = Double(digits), number.isFinite else {
      throw Problem("\(place): \(value.summary) is too large for a 64-bit float")
    }
    if number == 0, JSONValue.isNotZero(digits) {
      throw Problem("\(place): \(value.summary) is too small for a 64-bit float; give 0 or a larger number")
    }
    return number
  }

  /// The first word outside quotes that JSON does not know, such as NaN, and its line.
  private static func strayWord(in bytes: [UInt8]) -> String? {
    var line = 1
    var isQuoted = false
    var isEscaped = false
    var word = ""
    for byte in bytes + [0x0A] {
      let character = Character(UnicodeScalar(byte))
      if !isQuoted, character.isLetter || character.isNumber || "+-.".contains(character) {
        word.append(character)
        continue
      }
      if !word.isEmpty, !["true", "false", "null"].contains(word), Double(word)?.isFinite != true {
        return "line \(line): found \(word); give a finite number"
      }
      word = ""
      if character == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = isQuoted && character == "\\" && !isEscaped
      if character == "\n" { line += 1 }
    }
    return nil
  }
}
