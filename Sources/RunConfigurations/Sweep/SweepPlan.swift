import FeynmanKac

/// A grid of which every cell is known to be able to run, and what each folder holds.
package struct SweepPlan {
  /// What is known of a group's runs before they start.
  struct GroupPlan {
    private let settings: Setting
    /// Rows that its models are asked for in one run.
    let evaluations: Int
    /// The sizes in bytes of the files of one run, as far as they are known.
    let resultSizes: [Int]

    init(_ run: PreparedRun) {
      settings = run.resolved
      resultSizes = run.resultSizes
      evaluations = run.plan.modelEvaluations.reduce(0) { $0 + $1.rows }
    }

    /// The resolved config of a cell.
    func settings(seed: UInt64) -> Setting { settings.setting("seed", to: .wholeNumber(seed), after: nil) }

    /// What distinguishes groups, whatever the seed.
    var text: String { SettingText.yaml(settings(seed: 0)) }
  }

  package let grid: SweepGrid
  /// The sweep's folder.
  let output: String
  let groups: [GroupPlan]
  /// What each cell's folder holds.
  package let stored: [StoredRun]
  /// Each said once.
  package let warnings: [String]
  /// What only a run can tell, likewise.
  package let unchecked: [String]

  /// The cells that are to be run.
  var waiting: [Int] { grid.cells.indices.filter { stored[$0] != .whole } }
  /// The places of cells whose runs are there.
  var whole: [Int] { grid.cells.indices.filter { stored[$0] == .whole } }

  /// Rows that models are asked for by the cells that are to be run.
  package var work: Int { waiting.reduce(0) { $0 + groups[grid.cells[$1].group].evaluations } }

  package func folder(of cell: SweepGrid.Cell) -> String { "\(output)/\(cell.folder)" }

  /// Checks every group and looks into every folder.
  ///
  /// - Throws: `CommandFailure` with all faults of all groups; where there are runs of other configs that are not to
  ///   be overwritten, with all of these.
  package init(_ grid: SweepGrid, output: String, overwrite: Bool, from configurations: SweepConfigurations)
    throws
  {
    self.grid = grid
    self.output = output
    var groups: [GroupPlan] = []
    var warnings: [String] = []
    var unchecked: [String] = []
    var faults = Faults()
    for (index, group) in grid.groups.enumerated() {
      do {
        let run = try configurations.prepared(group: index, seed: grid.seeds[0])
        groups.append(GroupPlan(run))
        for warning in run.warnings where !warnings.contains(warning) { warnings.append(warning) }
        for line in run.unchecked where !unchecked.contains(line) { unchecked.append(line) }
      } catch {
        guard let failure = CommandFailure(error) else { throw error }
        faults.add(failure, of: group.folder)
        // The networks of a config that is at fault may be what is wrong with it.
        configurations.forget()
      }
    }
    if let failure = faults.failure(groups: grid.groups.count) { throw failure }
    self.groups = groups
    self.warnings = warnings
    self.unchecked = unchecked
    stored = try grid.cells.map {
      try StoredRun(in: "\(output)/\($0.folder)", expecting: groups[$0.group].settings(seed: $0.seed))
    }
    try checkGroupsDiffer()
    if !overwrite {
      try SweepTables.checkFolder(output)
      try checkFolders()
    }
    try checkSpace()
  }

  /// Two groups of one config that make the same runs would count them twice.
  private func checkGroupsDiffer() throws {
    var known: [Int: [String: String]] = [:]
    for (group, plan) in zip(grid.groups, groups) {
      if let other = known[group.config, default: [:]].updateValue(group.folder, forKey: plan.text) {
        throw CommandFailure(
          .badData, "\(group.folder) makes the same runs as \(other); nothing was run; leave one of them out")
      }
    }
  }

  private func checkFolders() throws {
    let lines = zip(grid.cells, stored).compactMap { cell, stored -> String? in
      guard case .different(let difference) = stored else { return nil }
      return Self.refusal(folder(of: cell), difference)
    }
    guard !lines.isEmpty else { return }
    throw CommandFailure(
      .cannotWrite, lines + ["fkc: nothing was run; give --overwrite to run these again, or another folder"])
  }

  /// Runs that take the place of others need no more room than these had, but for one at a time.
  private func checkSpace() throws(FileError) {
    let sizes = zip(grid.cells, stored).flatMap { cell, stored in
      stored == .missing ? groups[cell.group].resultSizes : []
    }
    try OutputFolder.checkSpace(for: sizes, at: output)
  }

  static func refusal(_ folder: String, _ difference: String) -> String {
    "\(folder): \(difference)"
  }

  /// What is wrong with groups, each line once.
  private struct Faults {
    private var status: ExitStatus?
    private var lines: [String] = []
    private var folders: [String] = []

    mutating func add(_ failure: CommandFailure, of folder: String) {
      // As within one config, a fault of the config outweighs what is missing.
      if status == nil || failure.status == .badData { status = failure.status }
      for line in failure.lines where !lines.contains(line) { lines.append(line) }
      folders.append(folder)
    }

    func failure(groups: Int) -> CommandFailure? {
      guard let status else { return nil }
      guard groups > 1 else { return CommandFailure(status, lines) }
      let named = folders.prefix(5).joined(separator: ", ") + (folders.count > 5 ? ", …" : "")
      return CommandFailure(
        status,
        lines + ["fkc: nothing was run; \(folders.count) of \(groups) combinations are at fault: \(named)"])
    }
  }
}
