import FeynmanKac

/// The scalars that are known of one whole run, from its `summary.json` and, where there is one, its `metrics.json`.
struct CollectedFigures {
  /// A scalar of a JSON file.
  enum Figure: Equatable {
    case none
    case number(Double)
    /// A whole number; as `number` it would be shown with a point.
    case wholeNumber(UInt64)
    case text(String)
    case boolean(Bool)

    /// What statistics are made of; nil for anything that is no number.
    var value: Double? {
      switch self {
      case .number(let value): value
      case .wholeNumber(let value): Double(value)
      case .none, .text, .boolean: nil
      }
    }

    /// No number and not null.
    var isText: Bool {
      switch self {
      case .text, .boolean: true
      case .none, .number, .wholeNumber: false
      }
    }

    var json: JSONText {
      switch self {
      case .none: .null
      case .number(let value): .number(value)
      case .wholeNumber(let value): .wholeNumber(value)
      case .text(let text): .text(text)
      case .boolean(let value): .boolean(value)
      }
    }
  }

  /// The run's summary says that its figures are doubtful.
  var isDoubtful: Bool { self["trust"] == .text(Trust.doubtful.rawValue) }

  /// The figures in the order of the files, the summary first.
  let entries: [(name: String, figure: Figure)]

  subscript(name: String) -> Figure { entries.first { $0.name == name }?.figure ?? .none }

  /// What the tables have a place of their own for, and what is no figure.
  private static let omitted = ["schema_version", "seed", "log_normalizer_interval", "mean_standard_error"]

  /// - Throws: `FileError` or `ConfigurationFaults` that name the file and the key.
  init(of folder: String) throws {
    self = try ResultFolder.reading(folder) { try Self(reading: folder) }
  }

  private init(reading folder: String) throws {
    let summaryFile = "\(folder)/\(ResultFolder.summaryName)"
    let summary = try Self.object(try ResultFolder.text(summaryFile), file: summaryFile)
    var entries = summary.compactMap { entry -> (name: String, figure: Figure)? in
      if entry.key == "warnings" { return (entry.key, .text(Self.codes(entry.value))) }
      guard case .scalar = entry.value.value, !Self.omitted.contains(entry.key) else { return nil }
      return (entry.key, Self.figure(entry.value))
    }
    let metricsFile = "\(folder)/\(ResultFolder.metricsName)"
    let text: String
    do throws(FileError) { text = try ResultFolder.text(metricsFile) } catch {
      guard error.kind == .missing else { throw error }
      self.entries = entries
      return
    }
    let columns = SweepTables.identityColumns
    let taken = Set(summary.map(\.key) + columns.front + columns.back)
    for entry in try Self.object(text, file: metricsFile) {
      let figure = Self.figure(entry.value)
      guard case .scalar(_, let isQuoted) = entry.value.value, isQuoted || !figure.isText else {
        throw Self.fault(
          metricsFile, entry, "found \(entry.value.found); give a finite number, a text in quotes, or null")
      }
      guard !taken.contains(entry.key) else {
        throw Self.fault(
          metricsFile, entry, "the tables have another column of this name; choose a different one")
      }
      entries.append((entry.key, figure))
    }
    self.entries = entries
  }

  /// The codes of a summary's warnings, each once; empty where there are none.
  private static func codes(_ warnings: ConfigurationNode) -> String {
    var codes: [String] = []
    guard case .list(let items) = warnings.value else { return "" }
    for item in items {
      guard case .scalar(let code, _)? = item["code"]?.value, !codes.contains(code) else { continue }
      codes.append(code)
    }
    return codes.joined(separator: " ")
  }

  /// JSON is YAML, and the reader of configs knows the lines of what is wrong with it.
  private static func object(_ text: String, file: String) throws -> [ConfigurationNode.Entry] {
    let tree = try ConfigurationReader.read(text, file: file, what: "the file")
    guard let entries = tree.entries else {
      throw FileError(.malformed, file, "found \(tree.found); give a JSON object of names and numbers")
    }
    return entries
  }

  private static func fault(_ file: String, _ entry: ConfigurationNode.Entry, _ problem: String)
    -> ConfigurationFaults
  {
    let path = SettingPath([entry.key])
    return ConfigurationFaults(
      file: file, [ConfigurationFault(origin: entry.keyOrigin, path: path, problem: problem)])
  }

  private static func figure(_ node: ConfigurationNode) -> Figure {
    guard case .scalar(let text, let isQuoted) = node.value else { return .text(node.found) }
    if isQuoted { return .text(text) }
    if text == "null" { return .none }
    if text == "true" || text == "false" { return .boolean(text == "true") }
    if let value = UInt64(text) { return .wholeNumber(value) }
    if case .number(let value) = NumberText.read(text) { return .number(value) }
    return .text(text)
  }
}
