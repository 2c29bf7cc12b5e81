import FeynmanKac
import RunConfigurations

/// A run in a `sweep.json`.
struct SweepRow {
  /// Values as they stand in configs.
  let settings: [(name: String, text: String)]
  private let row: SummaryReader
  private let figures: SummaryReader?

  /// - Throws: `FileError` that names the file.
  init(_ value: JSONValue, path: String) throws(FileError) {
    guard case .object(let members) = value else {
      throw FileError(.malformed, path, "'runs' has \(value.summary); give objects as fkc sweep writes them")
    }
    row = SummaryReader(members, path: path)
    guard case .object(let settings) = try row.value("settings") else {
      throw row.wrong("settings", try row.value("settings"), "an object")
    }
    self.settings = settings.map { ($0.key, Self.text($0.value)) }
    if case .object(let figures)? = row.optionalValue("figures") {
      self.figures = SummaryReader(figures, path: path)
    } else {
      figures = nil
    }
  }

  /// The value of a setting, of `config` or of `seed`; a dash where there is none.
  func value(_ name: String) -> String {
    settings.first { $0.name == name }?.text ?? text(name, row) ?? "–"
  }

  /// - Parameter places: Those of its values on the sweep's axes.
  func run(at places: [Int]) -> SweepRecord.Run {
    let isDoubtful = figures?.optionalValue("trust") == .text(Trust.doubtful.rawValue)
    return SweepRecord.Run(
      places: places, folder: value("folder"), failure: text("error", row),
      logNormalizer: number("log_normalizer"), standardError: number("log_normalizer_standard_error"),
      effectiveSampleSize: number("effective_sample_size"),
      doubts: isDoubtful ? figures.flatMap { text("warnings", $0) } ?? "" : nil)
  }

  private func number(_ key: String) -> Double? {
    figures?.optionalValue(key).flatMap { SummaryReader.number($0) }
  }

  /// The text of a value; nil for null.
  private func text(_ key: String, _ reader: SummaryReader) -> String? {
    guard let value = reader.optionalValue(key), value != .null else { return nil }
    return SummaryReader.text(value)
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .list(let items): "[\(items.map(text).joined(separator: ", "))]"
    case .object(let members): "{\(members.map { "\($0.key): \(text($0.value))" }.joined(separator: ", "))}"
    case .boolean(let value): "\(value)"
    default: SummaryReader.text(value)
    }
  }
}
