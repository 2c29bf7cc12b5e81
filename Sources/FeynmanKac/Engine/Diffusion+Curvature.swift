// How steep a reward at the state is beside the steps that follow it.

extension Diffusion {
  /// Sets a block's sum to the squared change of `∇r` over a step, at the scale of its end.
  func measureCurvature(of block: Block, _ scratch: BlockScratch, step: Int) {
    guard let curvatures = sums.curvatures, let former = scratch.formerGradients?[block],
      let ends = state.gradients?[block]
    else { return }
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
    curvatures[block][0] = sum
  }

  /// Keeps the steepest of all steps. In the mean over particles and coordinates, a gradient that changes by `L` over a noise of length `√V` has the
  /// curvature `L/√V`, which takes `L √V` of the variance `V`. Explicit steps are right where that is far below 1.
  func noteStiffness() {
    guard let curvatures = sums.curvatures else { return }
    for island in islands.indices {
      var sum = 0.0
      for block in curvatures.ofIsland(island) { sum += block[0] }
      let mean = sum / (Double(plan.islandParticles) * Double(plan.dimensions))
      stiffness = max(stiffness, (mean * islands[island].move.variance).squareRoot())
    }
  }
}
