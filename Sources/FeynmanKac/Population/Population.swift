/// What the engine stores with every particle, and the table of all that is stored with them.
final class Population: Sendable {
  /// The log-weights since the last resampling, which sets them to 0, `[N]`, in nats.
  let logWeights: Column<Double>
  /// The index at the start that each particle descends from, `[N]`.
  let ancestors: Column<Int32>
  /// The slot that each particle's ancestor had at the end of the genealogy's slice before, `[N]`; nil where there is
  /// one slice.
  let parents: Column<Int32>?
  /// The same for the trajectory's row before, `[N]`.
  let trajectoryParents: Column<Int32>?
  /// These columns and the model's.
  let table: ColumnTable

  init(_ plan: PopulationPlan, _ table: ColumnTable) {
    self.table = table
    logWeights = table.particle("log-weights", Double.self, owner: .weight)
    ancestors = table.particle("ancestors", Int32.self)
    parents = table.particle("parents", Int32.self, if: plan.genealogySlices.keptCount > 0)
    trajectoryParents = table.particle("trajectory parents", Int32.self, if: plan.trajectory != nil)
  }

  /// Every particle is its own ancestor, and weighs as much as any other.
  func begin(_ block: Block) {
    for links in [ancestors, parents, trajectoryParents] {
      guard let own = links?[block] else { continue }
      for row in 0..<block.count { own[row] = Int32(truncatingIfNeeded: block.start + row) }
    }
    logWeights[block].fill(0)
  }
}
