import FeynmanKac

/// What a sweep found, as `sweep.csv`, `sweep.json` and `table.csv`.
///
/// But for the figures that a clock or the machine made, the tables of the same grid are the same bytes, however often
/// the sweep was interrupted. Those figures are the last columns of `sweep.csv`, and no statistics are made of them.
package struct SweepTables {
  /// The first marks the set as whole.
  package static let names = ["sweep.json", "sweep.csv", "table.csv"]

  /// What identifies a row of `sweep.csv` beside its settings.
  static let identityColumns = (front: ["config"], back: ["seed", "folder", "status", "error"])

  private struct Run {
    let cell: SweepGrid.Cell
    let outcome: SweepRunner.Outcome
    /// What the run found; nil for a run that failed.
    let figures: CollectedFigures?
  }

  private let grid: SweepGrid
  private let runs: [Run]
  /// The names of figures that a config and a seed determine, in the order of their first appearance.
  private let names: [String]
  /// The names of those of which one run at least has a number.
  private let numericNames: [String]

  /// Reads what is known of every whole run.
  package init(_ plan: SweepPlan, outcomes: [SweepRunner.Outcome]) throws {
    grid = plan.grid
    runs = try zip(grid.cells, outcomes).map { cell, outcome in
      let figures = outcome == .whole ? try CollectedFigures(of: plan.folder(of: cell)) : nil
      return Run(cell: cell, outcome: outcome, figures: figures)
    }
    var names: [String] = []
    var known = Set(RunSummary.machineFigures)
    var numeric: Set<String> = []
    for (name, figure) in runs.flatMap({ $0.figures?.entries ?? [] }) {
      if known.insert(name).inserted { names.append(name) }
      if figure.value != nil { numeric.insert(name) }
    }
    self.names = names
    numericNames = names.filter(numeric.contains)
  }

  /// The folders of doubtful runs, with the codes of their warnings.
  package var doubtful: [String] {
    runs.compactMap { run in
      guard let figures = run.figures, figures.isDoubtful, case .text(let codes) = figures["warnings"] else {
        return nil
      }
      return "\(run.cell.folder): \(codes)"
    }
  }

  /// Puts all tables into the sweep's folder at once.
  ///
  /// - Parameter isInterrupted: Whether to give up waiting for another sweep that is writing there.
  package func write(to output: String, isInterrupted: @escaping () -> Bool) throws {
    let folder = try OutputFolder(
      path: output, names: Self.names, marker: Self.names[0], overwrite: true,
      waiting: { !isInterrupted() })
    defer { folder.discard() }
    try folder.write(Self.names[0], json().encoded() + "\n")
    try folder.write(Self.names[1], runTable())
    try folder.write(Self.names[2], groupTable())
    try folder.commit()
  }

  /// Tables are written anew by every call; files that only have their names are not.
  ///
  /// - Throws: `FileError`, unwritable.
  static func checkFolder(_ output: String) throws(FileError) {
    try WholeFolder.settle(output, names: names, marker: names[0])
    let marker = "\(output)/\(names[0])"
    do throws(FileError) {
      let bytes = try FileBytes.read(marker)
      if bytes.starts(with: "{\n  \"schema_version\": ".utf8) { return }
    } catch {
      guard error.kind == .missing else { throw FileError(.unwritable, error.path, error.problem) }
      guard let other = names.first(where: { FileIdentity(path: "\(output)/\($0)") != nil }) else { return }
      throw FileError(
        .unwritable, "\(output)/\(other)",
        "is of no sweep that is whole, and the tables would replace it; give --overwrite or another folder")
    }
    throw FileError(
      .unwritable, marker,
      "is not of a sweep, and the tables would replace it; give --overwrite or another folder")
  }

  // MARK: - JSON

  private func json() throws -> JSONText {
    .object([
      ("schema_version", .count(1)),
      ("configs", .list(grid.configs.map { .object([("name", .text($0.name)), ("file", .text($0.file))]) })),
      ("settings", .list(grid.axes.map { .text($0.path.description) })),
      ("seeds", .list(grid.seeds.map { .wholeNumber($0) })),
      ("machine_figures", .list(RunSummary.machineFigures.map { .text($0) })),
      ("runs", .list(try runs.map(json))),
      ("groups", .list(try grid.groups.indices.map(groupJSON))),
    ])
  }

  private func json(_ run: Run) throws -> JSONText {
    let shown = names + RunSummary.machineFigures
    return .object(
      try identity(run.cell.group) + [
        ("seed", .wholeNumber(run.cell.seed)),
        ("folder", .text(run.cell.folder)),
        ("status", .text(run.outcome.name)),
        ("error", run.outcome.error.map { .text($0) } ?? .null),
        ("figures", .object(run.figures.map { figures in shown.map { ($0, figures[$0].json) } } ?? [])),
      ])
  }

  private func groupJSON(_ index: Int) throws -> JSONText {
    let whole = wholeRuns(of: index)
    return .object(
      try identity(index) + [
        ("folder", .text(grid.groups[index].folder)),
        ("runs", .count(whole.count)),
        ("failed", .count(grid.seeds.count - whole.count)),
        ("doubtful", .count(whole.count(where: \.isDoubtful))),
        ("figures", .object(numericNames.map { ($0, statistics(of: $0, in: whole).json) })),
      ])
  }

  private func identity(_ index: Int) throws -> [(String, JSONText)] {
    let group = grid.groups[index]
    let config = grid.configs[group.config]
    let settings = try zip(grid.axes, group.values).map { axis, value in
      let node = try ConfigurationReader.read(
        override: value, at: axis.path, option: "--set", file: config.file)
      return (axis.path.description, node.json)
    }
    return [("config", .text(config.name)), ("settings", .object(settings))]
  }

  // MARK: - CSV

  /// A row a run.
  private func runTable() -> String {
    // A setting may be a figure of the summary too; both would say the same.
    let settings = grid.axes.map(\.path.description)
    let shown = (names + RunSummary.machineFigures).filter { !settings.contains($0) }
    var table = CSVTable(columns: Self.identityColumns.front + settings + Self.identityColumns.back + shown)
    for run in runs {
      let group = grid.groups[run.cell.group]
      let fields: [String?] =
        [grid.configs[group.config].name] + group.values
        + ["\(run.cell.seed)", run.cell.folder, run.outcome.name, run.outcome.error]
      table.append(fields + shown.map { name in run.figures?[name].text })
    }
    return table.text
  }

  /// A row a group.
  private func groupTable() -> String {
    let groups = grid.groups.indices.map { wholeRuns(of: $0) }
    // What the seeds never change has no deviation that says anything.
    let varying = Set(
      numericNames.filter { name in
        groups.contains { (statistics(of: name, in: $0).standardDeviation ?? 0) > 0 }
      })
    var table = CSVTable(
      columns: ["config"] + grid.axes.map(\.path.description) + ["runs", "failed", "doubtful"]
        + numericNames.flatMap { varying.contains($0) ? ["\($0)_mean", "\($0)_sd"] : ["\($0)_mean"] })
    for (group, whole) in zip(grid.groups, groups) {
      let figures = numericNames.flatMap { name -> [String?] in
        let statistics = statistics(of: name, in: whole)
        let shown =
          varying.contains(name) ? [statistics.mean, statistics.standardDeviation] : [statistics.mean]
        return shown.map { $0.map { "\($0)" } }
      }
      let counts = [whole.count, grid.seeds.count - whole.count, whole.count(where: \.isDoubtful)].map {
        "\($0)"
      }
      table.append([grid.configs[group.config].name] + group.values + counts + figures)
    }
    return table.text
  }

  // MARK: - Figures

  private func wholeRuns(of group: Int) -> [CollectedFigures] {
    // Seeds vary fastest.
    runs[group * grid.seeds.count..<(group + 1) * grid.seeds.count].compactMap(\.figures)
  }

  private func statistics(of name: String, in runs: [CollectedFigures]) -> FigureStatistics {
    FigureStatistics(runs.compactMap { $0[name].value })
  }
}

extension SweepRunner.Outcome {
  fileprivate var name: String { self == .whole ? "whole" : "failed" }

  fileprivate var error: String? { if case .failed(let reason) = self { reason } else { nil } }
}

extension CollectedFigures.Figure {
  /// The figure as a field of a table; nil where there is none.
  fileprivate var text: String? {
    switch self {
    case .none: nil
    case .number(let value): "\(value)"
    case .wholeNumber(let value): "\(value)"
    case .text(let text): text
    case .boolean(let value): "\(value)"
    }
  }
}

extension ConfigurationNode {
  /// A value of the command line as JSON.
  fileprivate var json: JSONText {
    switch value {
    case .list(let items): return .list(items.map(\.json))
    case .mapping(let entries): return .object(entries.map { ($0.key, $0.value.json) })
    case .scalar(let text, isQuoted: true): return .text(text)
    case .scalar(let text, isQuoted: false):
      if let value = NumberText.wholeNumber(text) { return .wholeNumber(value) }
      if case .number(let value) = NumberText.read(text) { return .number(value) }
      return .text(text)
    }
  }
}
