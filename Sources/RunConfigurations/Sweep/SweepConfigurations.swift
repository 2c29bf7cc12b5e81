/// The configs of a sweep's groups, each read when it is asked for.
///
/// Only the networks of one config are held, for all its groups: they are read or started once.
package final class SweepConfigurations {
  private let grid: SweepGrid
  private let threads: Int?
  private let programs: ProgramConsent
  private let isInterrupted: @Sendable () -> Bool
  private var loaded: (config: Int, models: LoadedModels)?
  private var latest: (group: Int, run: PreparedRun)?

  /// - Parameters:
  ///   - programs: Whether programs that the configs name may be started.
  ///   - isInterrupted: Whether somebody asked the program to end.
  package init(
    _ grid: SweepGrid, threads: Int?, programs: ProgramConsent, isInterrupted: @escaping @Sendable () -> Bool
  ) {
    self.grid = grid
    self.threads = threads
    self.programs = programs
    self.isInterrupted = isInterrupted
  }

  /// A group's run, for one of its seeds.
  ///
  /// - Throws: What a run of the config would end with before it starts.
  func prepared(group index: Int, seed: UInt64) throws -> PreparedRun {
    if let latest, latest.group == index { return latest.run.with(seed: seed) }
    let group = grid.groups[index]
    if loaded?.config != group.config { loaded = nil }
    let models = loaded?.models ?? LoadedModels(isCancelled: isInterrupted)
    loaded = (group.config, models)
    latest = nil
    let configuration = try RunConfiguration(
      file: grid.configs[group.config].file, overrides: grid.overrides(of: group), programs: programs,
      loaded: models)
    let run = try PreparedRun(configuration, threads: threads)
    latest = (index, run)
    return run.with(seed: seed)
  }

  /// Lets go of networks that failed, so that the next run starts with new ones.
  func forget() {
    latest = nil
    loaded = nil
  }
}
