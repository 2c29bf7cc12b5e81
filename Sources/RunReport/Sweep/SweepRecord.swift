import FeynmanKac
import Libc
import RunConfigurations

/// What a sweep found, as its `sweep.json` has it.
package struct SweepRecord {
  /// Something that differs between the runs: a setting, or the config itself.
  struct Axis {
    let name: String
    /// Its values as text, in the order of the sweep.
    let values: [String]

    /// The values as numbers; nil where one of them is none.
    var numbers: [Double]? {
      let numbers = values.compactMap { Double($0) }.filter(\.isFinite)
      return numbers.count == values.count ? numbers : nil
    }
  }

  struct Run {
    /// The place of each axis's value.
    let places: [Int]
    let folder: String
    /// Why it failed; nil for a run that is whole.
    let failure: String?
    let logNormalizer: Double?
    let standardError: Double?
    let effectiveSampleSize: Double?
    /// The codes of its warnings where it is doubtful; nil where it is not.
    let doubts: String?
  }

  /// The name of its folder.
  let name: String
  let axes: [Axis]
  /// Runs as they were made: seeds vary fastest.
  let runs: [Run]

  /// The file that it is read from.
  private static let fileName = SweepTables.names[0]

  /// Whether a folder holds a sweep and no run.
  package static func isSweep(_ folder: String) -> Bool {
    access("\(folder)/\(ResultFolder.summaryName)", F_OK) != 0 && access("\(folder)/\(fileName)", F_OK) == 0
  }

  /// Reads a sweep's folder back.
  ///
  /// - Throws: `FileError`, missing or malformed, that names the file.
  package init(folder: String) throws(FileError) {
    let path = "\(folder)/\(Self.fileName)"
    let sweep = try SummaryReader(try ResultFolder.text(path), path: path)
    let rows = try Self.list("runs", sweep).map { (row) throws(FileError) in try SweepRow(row, path: path) }
    guard !rows.isEmpty else {
      throw FileError(.malformed, path, "'runs' is empty; give the folder of a sweep")
    }
    var axes = [Axis(name: "config", values: Self.distinct(rows.map { $0.value("config") }))]
    axes += rows[0].settings.map { name, _ in
      Axis(name: name, values: Self.distinct(rows.map { $0.value(name) }))
    }
    axes.removeAll { $0.values.count < 2 }
    if axes.isEmpty { axes = [Axis(name: "seed", values: Self.distinct(rows.map { $0.value("seed") }))] }
    let known = axes
    self.axes = known
    runs = rows.map { row in row.run(at: known.map { $0.values.firstIndex(of: row.value($0.name)) ?? 0 }) }
    name = FilePaths.absolute(folder, in: ".").split(separator: "/").last.map(String.init) ?? folder
  }

  private static func list(_ key: String, _ sweep: SummaryReader) throws(FileError) -> [JSONValue] {
    let value = try sweep.value(key)
    guard case .list(let items) = value else { throw sweep.wrong(key, value, "a list") }
    return items
  }

  private static func distinct(_ values: [String]) -> [String] {
    var found: [String] = []
    for value in values where !found.contains(value) { found.append(value) }
    return found
  }

  // MARK: - Groups

  /// Runs that differ in their seeds alone.
  struct Group {
    let places: [Int]
    let runs: [Run]

    private var known: [Run] { runs.filter { $0.logNormalizer != nil } }

    /// The mean of log Z over the seeds, in nats; nil where no run has one.
    var logNormalizer: Double? {
      known.isEmpty ? nil : known.reduce(0) { $0 + $1.logNormalizer! } / Double(known.count)
    }

    /// The standard error of that mean, from the runs' own errors; from their spread where one of them has none.
    var standardError: Double? {
      guard let mean = logNormalizer else { return nil }
      let count = Double(known.count)
      let errors = known.compactMap(\.standardError)
      if errors.count == known.count { return errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / count }
      guard known.count > 1 else { return nil }
      let squares = known.reduce(0) { $0 + ($1.logNormalizer! - mean) * ($1.logNormalizer! - mean) }
      return (squares / (count - 1) / count).squareRoot()
    }

    /// The mean of the effective sample size; nil where no run is whole.
    var effectiveSampleSize: Double? {
      let sizes = runs.compactMap(\.effectiveSampleSize)
      return sizes.isEmpty ? nil : sizes.reduce(0, +) / Double(sizes.count)
    }
  }

  /// Groups in the order of the sweep.
  var groups: [Group] {
    var places: [[Int]] = []
    var members: [[Int]: [Run]] = [:]
    for run in runs {
      if members[run.places] == nil { places.append(run.places) }
      members[run.places, default: []].append(run)
    }
    return places.map { Group(places: $0, runs: members[$0]!) }
  }

  /// The values of a group's axes in words, but for one axis.
  func words(_ places: [Int], but left: Int? = nil) -> String {
    axes.indices.filter { $0 != left }.map { axis in
      "\(axes[axis].name.split(separator: ".").last ?? "") \(axes[axis].values[places[axis]])"
    }.joined(separator: ", ")
  }
}
