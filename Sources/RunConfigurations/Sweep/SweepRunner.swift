import FeynmanKac

/// Runs the cells of a sweep that are not there yet, one after the other.
package struct SweepRunner {
  /// How a cell ended.
  package enum Outcome: Equatable {
    case whole
    /// The run ended by a numerical failure, in these words.
    case failed(String)
  }

  let plan: SweepPlan
  let configurations: SweepConfigurations
  let overwrite: Bool
  let host: RunHost
  let progress: any SweepObserver

  package init(
    plan: SweepPlan, configurations: SweepConfigurations, overwrite: Bool, host: RunHost,
    progress: any SweepObserver
  ) {
    self.plan = plan
    self.configurations = configurations
    self.overwrite = overwrite
    self.host = host
    self.progress = progress
  }

  /// An outcome for each cell.
  ///
  /// Cells that another sweep is at come last: by then they may be there.
  ///
  /// - Throws: `CommandFailure` where the sweep was interrupted or cannot go on; every folder then holds a whole run
  ///   or none.
  package func run() throws -> [Outcome] {
    let cells = plan.grid.cells
    for index in plan.whole { ResultFolder.tidy(plan.folder(of: cells[index])) }
    var outcomes = [Outcome](repeating: .whole, count: cells.count)
    var taken: [Int] = []
    for index in plan.waiting {
      if let outcome = try outcome(at: index, waits: false) {
        outcomes[index] = outcome
      } else {
        taken.append(index)
      }
    }
    for index in taken {
      progress.willWait(index, cells[index].folder)
      outcomes[index] = try outcome(at: index, waits: true)!
    }
    return outcomes
  }

  /// How the cell ended; nil where another sweep is at it and is not to be waited for.
  private func outcome(at index: Int, waits: Bool) throws -> Outcome? {
    let cell = plan.grid.cells[index]
    let work = plan.groups[cell.group].evaluations
    do {
      guard !host.isInterrupted() else { throw interruption(of: cell, index: index, step: nil) }
      let didRun = try sample(cell, waits: waits) { progress.willStart(index, cell.folder) }
      progress.didEnd(work: work, didRun: didRun)
      return .whole
    } catch RunError.cancelled(let step) {
      throw interruption(of: cell, index: index, step: step)
    } catch let error as FileError where error.kind == .busy {
      guard waits else { return nil }
      throw interruption(of: cell, index: index, step: nil)
    } catch {
      // A program that was not waited for, for instance.
      guard !host.isInterrupted() else { throw interruption(of: cell, index: index, step: nil) }
      guard let failure = CommandFailure(error), failure.status == .numericalFailure else { throw error }
      progress.didEnd(work: work, didRun: false)
      configurations.forget()
      host.report(["fkc: \(cell.folder) failed: \(failure.sentence)"])
      return .failed(failure.sentence)
    }
  }

  /// False where the run was there already.
  private func sample(_ cell: SweepGrid.Cell, waits: Bool, willStart: () -> Void) throws -> Bool {
    let run = try configurations.prepared(group: cell.group, seed: cell.seed)
    let folder = plan.folder(of: cell)
    guard run.resolved == plan.groups[cell.group].settings(seed: cell.seed) else {
      throw CommandFailure(
        .badData, "\(run.configuration.file), or a file that it names, changed while the sweep ran")
    }
    // Another sweep may have come here since the plan was made, and while the folder was waited for.
    if try isThere(run, in: folder) { return false }
    try RunInputs.check(run.configuration, areNotIn: folder)
    let results = try ResultFolder(
      path: folder, overwrite: true, sizes: run.resultSizes, checkpoints: .kept,
      waiting: waits ? { !host.isInterrupted() } : nil)
    defer { results.discard() }
    if try isThere(run, in: folder) { return false }
    willStart()
    let isSame = try StoredRun(in: folder, expecting: run.resolved) == .unfinished
    let (checkpoint, notes) = try run.checkpoint(in: results, orElse: .begins)
    host.report(notes)
    _ = try run.askingNetworks().sample(
      into: results, for: host, keepsExtras: isSame, from: .init(checkpoint),
      observer: progress.observer(particles: run.configuration.particles))
    return true
  }

  /// - Throws: `CommandFailure` where the folder holds something else that is not to be overwritten.
  private func isThere(_ run: PreparedRun, in folder: String) throws -> Bool {
    switch try StoredRun(in: folder, expecting: run.resolved) {
    case .whole:
      ResultFolder.tidy(folder)
      return true
    case .different(let difference) where !overwrite:
      throw CommandFailure(.cannotWrite, [SweepPlan.refusal(folder, difference)])
    case .different, .missing, .unfinished: return false
    }
  }

  private func interruption(of cell: SweepGrid.Cell, index: Int, step: Int?) -> CommandFailure {
    let place = step.map { "at step \($0) of" } ?? "before"
    return CommandFailure(
      .interrupted,
      "interrupted \(place) cell \(index + 1) of \(plan.grid.cells.count) (\(cell.folder)); "
        + "finished runs stay, and the same command goes on from them")
  }
}
