/// How steep a reward at the state is beside the steps that follow its gradient.
struct RewardCurvature {
  /// `Σ |Δ∇r|²` in a step.
  private let sums: BlockColumn<Double>

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard plan.needs.contains(.curvature) else { return nil }
    sums = table.block("curvatures", Double.self)
  }

  /// Keeps the gradients of a step's start.
  func begin(_ block: Block, _ state: ParticleState, _ scratch: BlockScratch) {
    guard let former = scratch.formerGradients, let gradients = state.gradients else { return }
    former[block].copy(from: gradients[block])
  }

  /// Sets a block's sum to the squared change of `∇r` over a step, at the scale of its end.
  func end(_ block: Block, _ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch, step: Int) {
    guard let former = scratch.formerGradients?[block], let ends = state.gradients?[block] else { return }
    let before = plan.rewardScales[step] * plan.path.signals[step]
    let after = plan.rewardScales[step + 1] * plan.path.signals[step + 1]
    let ratio = before == 0 ? 0 : after / before
    var sum = 0.0
    if ratio != 0 {
      for i in 0..<ends.values {
        let change = Double(ends[i]) - ratio * Double(former[i])
        sum += change * change
      }
    }
    sums[block][0] = sum
  }

  /// What the curvature takes of a step's noise variance on one island, no unit.
  ///
  /// In the mean over particles and coordinates, a gradient that changes by `L` over a noise of length `√V` has the
  /// curvature `L/√V`, which takes `L √V` of the variance `V`. Explicit steps are right where that is far below 1.
  func stiffness(ofIsland island: Int, _ plan: RunPlan, variance: Double) -> Double {
    var sum = 0.0
    for block in sums.ofIsland(island) { sum += block[0] }
    let mean = sum / (Double(plan.islandParticles) * Double(plan.dimensions))
    return (mean * variance).squareRoot()
  }
}
