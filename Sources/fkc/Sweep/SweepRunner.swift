import FeynmanKac

/// Runs the cells of a sweep that are not there yet, one after the other.
struct SweepRunner {
  /// How a cell ended.
  enum Outcome: Equatable {
    case whole
    /// By a numerical failure, in these words.
    case failed(String)
  }

  let plan: SweepPlan
  let configurations: SweepConfigurations
  let overwrite: Bool
  let writesReports: Bool
  let progress: ProgressMode

  /// An outcome for each cell.
  ///
  /// - Throws: `CommandFailure` where the sweep was interrupted or cannot go on; every folder then holds a whole run
  ///   or none.
  func run() throws -> [Outcome] {
    let waiting = zip(plan.grid.cells, plan.stored).filter { $1 != .whole }
    var progress = SweepProgress(
      progress, count: plan.grid.cells.count,
      work: waiting.reduce(0) { $0 + plan.groups[$1.0.group].evaluations })
    var outcomes: [Outcome] = []
    for (index, cell) in plan.grid.cells.enumerated() {
      if plan.stored[index] == .whole {
        outcomes.append(.whole)
        continue
      }
      progress.willStart(index, cell.folder)
      let outcome = try outcome(of: cell, index: index)
      progress.didEnd(work: plan.groups[cell.group].evaluations, didRun: outcome == .whole)
      if case .failed(let reason) = outcome {
        StandardStreams.report(["fkc: \(cell.folder) failed: \(reason)"])
      }
      outcomes.append(outcome)
    }
    return outcomes
  }

  private func outcome(of cell: SweepGrid.Cell, index: Int) throws -> Outcome {
    do {
      guard !Interruption.isRequested else { throw interruption(of: cell, index: index, step: nil) }
      try sample(cell)
      return .whole
    } catch RunError.cancelled(let step) {
      throw interruption(of: cell, index: index, step: step)
    } catch {
      guard let failure = CommandFailure(error), failure.status == .numericalFailure else { throw error }
      configurations.forget()
      return .failed(failure.sentence)
    }
  }

  private func sample(_ cell: SweepGrid.Cell) throws {
    let run = try configurations.prepared(group: cell.group, seed: cell.seed)
    let folder = plan.folder(of: cell)
    guard run.resolved == plan.groups[cell.group].settings(seed: cell.seed) else {
      throw CommandFailure(
        .badData, "\(run.configuration.file), or a file that it names, changed while the sweep ran")
    }
    // Another sweep may have come here since the plan was made.
    switch try StoredRun(in: folder, expecting: run.resolved) {
    case .whole: return
    case .different(let difference) where !overwrite:
      throw CommandFailure(.cannotWrite, [SweepPlan.refusal(folder, difference)])
    case .different, .missing: break
    }
    let results = try ResultFolder(path: folder, overwrite: true)
    defer { results.discard() }
    let monitor = RunMonitor(progress, particles: run.configuration.particles, showsEnd: false)
    _ = try run.sample(into: results, writesReport: writesReports, observer: monitor)
  }

  private func interruption(of cell: SweepGrid.Cell, index: Int, step: Int?) -> CommandFailure {
    let place = step.map { "at step \($0) of" } ?? "before"
    return CommandFailure(
      .interrupted,
      "interrupted \(place) cell \(index + 1) of \(plan.grid.cells.count) (\(cell.folder)); "
        + "finished runs stay, and the same command goes on from them")
  }
}
