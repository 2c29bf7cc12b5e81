internal import CKernels
import Foundation

// What `PointResponse` measures, block by block.

extension SamplingRun {
  /// Sets a block's sum to `−Σ ⟨z, ȳ − y⟩` at the start, before the particles move.
  func startResponse(of block: Block, _ scratch: BlockScratch, at step: Int) {
    guard let responses = sums.responses else { return }
    responses[block][0] = -product(of: block, scratch, at: step)
  }

  /// Adds `Σ ⟨z, ȳ' − y'⟩` where the particles have come to.
  func addResponse(of block: Block, _ scratch: BlockScratch, at step: Int) {
    guard let responses = sums.responses else { return }
    responses[block][0] += product(of: block, scratch, at: step)
  }

  /// - Parameter deviation: That of the noise which the particles were moved or drawn with.
  func measureResponse(ofIsland index: Int, deviation: Double) {
    guard let responses = sums.responses else { return }
    var product = 0.0
    for block in responses.ofIsland(index) { product += block[0] }
    islands[index].response.measure(
      product: product, deviation: deviation,
      values: Double(plan.islandParticles) * Double(plan.intrinsicDimensions))
  }

  /// Makes the response that was foreseen for a step the current one, and foresees that of the next.
  func moveResponseOn(ofIsland index: Int, to step: Int, measuredAt level: Int) {
    guard sums.responses != nil else { return }
    guard step < plan.steps else { return islands[index].response.moveOn(pull: nil, distance: 0) }
    let length = plan.path.stepLength(step)
    islands[index].response.moveOn(
      pull: plan.numbers(ofStep: step).pull * length,
      distance: log(plan.path.levels[level] / plan.path.levels[step]) + 0.5 * length)
  }

  private func product(of block: Block, _ scratch: BlockScratch, at step: Int) -> Double {
    let normals = scratch.normals[block]
    var sum = fk_inner_product(normals.values, normals.base, state.scores[block].base)
    if let gradients = state.gradients {
      let c = plan.noiseScale(plan.path.progress[step], plan.exponentSums[step])
      sum += c * c / (1 + c * c) * fk_inner_product(normals.values, normals.base, gradients[block].base)
    }
    return plan.path.levels[step] / plan.exponentSums[step] * sum
  }
}
