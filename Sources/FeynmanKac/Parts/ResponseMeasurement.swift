internal import CKernels
import Libc

/// Measures the `PointResponse` of each island, block by block.
struct ResponseMeasurement {
  /// `Σ ⟨z, ȳ − y⟩` at the end of a step, less that at its start.
  private let sums: BlockColumn<Double>

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard plan.needs.contains(.response) else { return nil }
    sums = table.block("responses", Double.self)
  }

  /// Sets a block's sum to `−Σ ⟨z, ȳ − y⟩` at the start, before the particles move.
  func begin(_ block: Block, _ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch, at step: Int) {
    sums[block][0] = -product(block, plan, state, scratch, at: step)
  }

  /// Adds `Σ ⟨z, ȳ' − y'⟩` where the particles have come to.
  func end(_ block: Block, _ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch, at step: Int) {
    sums[block][0] += product(block, plan, state, scratch, at: step)
  }

  /// Adds up what an island's blocks left.
  ///
  /// - Parameter deviation: That of the noise which the particles were moved or drawn with.
  func settle(_ response: inout PointResponse, ofIsland island: Int, _ plan: RunPlan, deviation: Double) {
    var product = 0.0
    for block in sums.ofIsland(island) { product += block[0] }
    response.measure(
      product: product, deviation: deviation,
      values: Double(plan.islandParticles) * Double(plan.intrinsicDimensions))
  }

  /// Makes the response that was foreseen for a step the current one, and foresees that of the next.
  func moveOn(_ response: inout PointResponse, _ plan: RunPlan, to step: Int, measuredAt level: Int) {
    guard step < plan.steps else { return response.moveOn(pull: nil, distance: 0) }
    let length = plan.path.stepLength(step)
    response.moveOn(
      pull: plan.numbers(ofStep: step).pull * length,
      distance: log(plan.path.levels[level] / plan.path.levels[step]) + 0.5 * length)
  }

  private func product(
    _ block: Block, _ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch, at step: Int
  ) -> Double {
    let normals = scratch.normals[block]
    var sum = fk_inner_product(normals.values, normals.base, state.scores[block].base)
    if let gradients = state.gradients {
      let c = plan.noiseScale(plan.path.progress[step], plan.exponentSums[step])
      sum += c * c / (1 + c * c) * fk_inner_product(normals.values, normals.base, gradients[block].base)
    }
    return plan.path.levels[step] / plan.exponentSums[step] * sum
  }
}
