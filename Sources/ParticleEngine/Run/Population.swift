/// What the engine stores with every particle, and the table of all that is stored with them: a model declares its own columns
/// there before the run begins.
public final class Population: Sendable {
  /// The log-weights since the last resampling, which sets them to 0, `[N]`, in nats.
  public let logWeights: Column<Double>
  /// The index at the start that each particle descends from, `[N]`, counted over the whole run.
  public let ancestors: Column<Int32>
  /// The slot that each particle's ancestor had at the end of the genealogy's slice before, `[N]`; nil where there is
  /// one slice.
  package let parents: Column<Int32>?
  /// The same for the trajectory's row before, `[N]`.
  package let trajectoryParents: Column<Int32>?
  /// These columns and the model's.
  public let table: ColumnTable

  /// How many threads work on the run: a model that needs memory for each declares as many columns of owner `step`.
  public let threads: Int

  package init(_ plan: PopulationPlan, _ table: ColumnTable, threads: Int) {
    self.table = table
    self.threads = threads
    logWeights = table.particle("log-weights", Double.self, owner: .weight)
    ancestors = table.particle("ancestors", Int32.self)
    parents = table.particle("parents", Int32.self, if: plan.genealogySlices.keptCount > 0)
    trajectoryParents = table.particle("trajectory parents", Int32.self, if: plan.trajectory != nil)
  }

  /// Every particle is its own ancestor, and weighs as much as any other.
  package func begin(_ block: Block) {
    for links in [ancestors, parents, trajectoryParents] {
      guard let own = links?[block] else { continue }
      for row in 0..<block.count { own[row] = Int32(truncatingIfNeeded: block.startOfAll + row) }
    }
    logWeights[block].fill(0)
  }
}
