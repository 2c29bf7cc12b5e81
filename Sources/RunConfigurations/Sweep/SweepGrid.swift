/// Every combination of configs, values and seeds, and the folder of each, before any file was looked at.
///
/// Configs vary slowest, then the settings in the order that they were given, and seeds fastest.
package struct SweepGrid {
  /// A config as the command line gave it, and what it is called.
  struct Config {
    let file: String
    let name: String
  }

  /// What all seeds of one combination share.
  struct Group {
    /// Its place among the configs.
    let config: Int
    /// A value for each axis.
    let values: [String]
    /// Below the sweep's folder.
    let folder: String
  }

  /// One run.
  package struct Cell {
    /// Its place among the groups.
    let group: Int
    let seed: UInt64
    /// Below the sweep's folder.
    package let folder: String
  }

  /// What one sweep may hold; a list of seeds that was meant otherwise is noticed.
  package static let largestCount = 100_000

  let configs: [Config]
  let axes: [SweepAxis]
  let seeds: [UInt64]
  let groups: [Group]
  package let cells: [Cell]

  package init(configs files: [String], axes: [SweepAxis], seeds: [UInt64]) throws(ValueList.Fault) {
    let configs = files.map { Config(file: $0, name: Self.name(of: $0)) }
    try Self.checkNames(configs)
    var known: [SettingPath] = []
    for axis in axes {
      guard !known.contains(axis.path) else {
        throw ValueList.Fault(problem: "--set \(axis.path) is given twice; give all its values in one")
      }
      known.append(axis.path)
    }
    var count = configs.count
    for factor in axes.map(\.values.count) + [seeds.count] {
      let (product, overflows) = count.multipliedReportingOverflow(by: factor)
      guard !overflows, product <= Self.largestCount else {
        throw ValueList.Fault(problem: "the sweep has more than \(Self.largestCount) runs")
      }
      count = product
    }

    let labels = axes.map { $0.label(among: axes) }
    var groups: [Group] = []
    for (index, config) in configs.enumerated() {
      for values in Self.combinations(axes.map(\.values)) {
        let components =
          [Self.folder(of: config)] + zip(labels, values).map { FolderName.component($0, $1) }
        groups.append(Group(config: index, values: values, folder: components.joined(separator: "/")))
      }
    }
    self.configs = configs
    self.axes = axes
    self.seeds = seeds
    self.groups = groups
    cells = groups.enumerated().flatMap { index, group in
      seeds.map { Cell(group: index, seed: $0, folder: "\(group.folder)/seed=\($0)") }
    }
  }

  /// What the cells of a group change in their config.
  func overrides(of group: Group) -> [ConfigurationOverride] {
    zip(axes, group.values).map {
      ConfigurationOverride(path: $0.path.description, valueText: $1, option: "--set")
    }
  }

  private static func combinations(_ lists: [[String]]) -> [[String]] {
    lists.reduce([[]]) { heads, values in heads.flatMap { head in values.map { head + [$0] } } }
  }

  // MARK: - Names of configs

  /// The file's name without its ending.
  private static func name(of file: String) -> String {
    let name = file.split(separator: "/").last ?? ""
    guard let point = name.lastIndex(of: "."), point != name.startIndex else { return String(name) }
    return String(name[..<point])
  }

  private static func checkNames(_ configs: [Config]) throws(ValueList.Fault) {
    for (index, config) in configs.enumerated() {
      guard let other = configs[..<index].first(where: { $0.name == config.name }) else { continue }
      throw ValueList.Fault(
        problem: other.file == config.file
          ? "\(config.file) is given twice"
          : "\(other.file) and \(config.file) are both called '\(config.name)'; rename one")
    }
  }

  /// A config may be called like a table, which stands beside its folder.
  private static func folder(of config: Config) -> String {
    let component = FolderName.component(config.name)
    guard SweepTables.names.contains(component) else { return component }
    return component.split(separator: ".").joined(separator: "%2E")
  }
}
