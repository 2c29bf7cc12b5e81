/// What one thread needs of memory to ask models and rewards about a block: filled and read again within a stage.
///
/// Unchecked: a pass hands each to one thread.
final class ThreadScratch: @unchecked Sendable {
  /// `x = α y` of the model or reward that is asked, `[rows, d]`.
  let inputs: ScratchColumn<Float>
  /// Scores of one term, `[rows, d]`, or of those that are asked together, `[terms, rows, d]`.
  let scores: ScratchColumn<Float>
  /// `log q` of one term, `[rows]`.
  let logDensities: ScratchColumn<Double>
  /// Where a reward writes a gradient that nobody reads, `[rows, d]`.
  let unreadGradients: ScratchColumn<Float>?
  /// Eight rows of a control's features, or of those of the probes' products.
  let featureRows: UnsafeMutablePointer<Double>
  /// What a control by scores is fitted to, `[rows, features]`.
  let scoreFeatures: ScratchColumn<Float>?
  /// The models' own, and the reward's.
  let workspace: UnsafeMutableBufferPointer<Float>
  let rewardWorkspace: UnsafeMutableBufferPointer<Float>

  init(_ plan: RunPlan, _ table: ColumnTable) {
    let d = plan.dimensions
    inputs = table.step("inputs", Float.self, width: d)
    scores = table.step("term scores", Float.self, width: d * (plan.groups.map(\.terms.count).max() ?? 1))
    logDensities = table.step("term log-densities", Double.self)
    unreadGradients = table.step(
      "unread gradients", Float.self, width: d, if: plan.reward != nil && !plan.needs.contains(.gradients))
    let arena = table.arena
    featureRows = arena.allocate(
      Double.self, 8 * max(plan.controlFeatures, plan.hasJacobians ? ProbedJacobians.features(plan) : 0))
    scoreFeatures = table.step(
      "score features", Float.self, width: plan.controlFeatures - 3, if: plan.scoreBases != nil)
    let sizes = plan.groups.flatMap { group in
      let rows = group.batchRows ?? plan.blockRows
      return group.terms.map { plan.terms[$0].model.workspaceSize(rows: rows) }
        + [group.stack?.workspaceSize(rows: rows) ?? 0]
    }
    let size = sizes.max() ?? 0
    workspace = UnsafeMutableBufferPointer(start: arena.allocate(Float.self, size), count: size)
    let rewardSize =
      [plan.reward, plan.twist?.reward].compactMap { $0?.workspaceSize(rows: plan.blockRows, dimensions: d) }
      .max() ?? 0
    rewardWorkspace = UnsafeMutableBufferPointer(
      start: arena.allocate(Float.self, rewardSize), count: rewardSize)
  }
}
