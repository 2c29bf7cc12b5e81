#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
  /// - Throws: `SetupError` naming `means`, `weights` or `standard_deviations`.
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

  /// Reads a mixture from a JSON file.
  ///
  /// Keys: `means` [K][d], `weights` [K] (equal where absent), `standard_deviations`: a number, [K] or [K][d]. Others
  /// are ignored.
  ///
  /// - Throws: `FileError` that names the file and the key.
  public init(file path: String) throws {
    try self.init(json: FileBytes.read(path), file: path)
  }

  /// Reads a mixture from the content of a JSON file, whose name is for the error.
  public init(json bytes: [UInt8], file path: String) throws(FileError) {
    do {
      let stored = try JSONDecoder().decode(StoredMixture.self, from: Data(bytes))
      try self.init(means: stored.means, weights: stored.weights, spread: stored.spread.value)
    } catch {
      throw FileError(.malformed, path, StoredMixture.sentence(for: error, in: bytes))
    }
  }
}

/// The keys of the file.
private struct StoredMixture: Decodable {
  let means: [[Double]]
  let weights: [Double]?
  let spread: StoredSpread

  enum CodingKeys: String, CodingKey {
    case means, weights
    case spread = "standard_deviations"
  }

  /// A number, a list or a list of lists.
  struct StoredSpread: Decodable {
    let value: GaussianMixture.Spread

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = .common(number)
      } else if let rows = try? container.decode([[Double]].self), !rows.isEmpty {
        value = .perDimension(rows)
      } else {
        value = .perComponent(try container.decode([Double].self))
      }
    }
  }

  static func sentence(for error: any Error, in bytes: [UInt8]) -> String {
    func key(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    let keys = "means [[number]], standard_deviations (a number, [number] or [[number]]) and weights [number]"
    switch error {
    case let error as SetupError:
      return error.description
    case DecodingError.keyNotFound(let missing, _):
      return "\(missing.stringValue): missing; give \(keys)"
    case DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty:
      return "its top is not an object; give one with \(keys)"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "\(key(context.codingPath)): not of the right type; give \(keys)"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "\(key(context.codingPath)): \(context.debugDescription)"
    case DecodingError.dataCorrupted:
      return strayWord(in: bytes) ?? "is not JSON that can be read"
    default:
      return "\(error)"
    }
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
