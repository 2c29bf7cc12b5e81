/// Ratios of the composed densities at both ends of a step, beside the step and its reversal: unbiased for `Z` at any number
/// of steps, with no control or one that was fitted to other islands.
/// - Source: derived in <doc:Mathematics>.
struct DensityRatio: Correction {
  let name = "density-ratio"
  let summary =
    "Ratios of the composed densities: unbiased for Z with control none or on several islands; every model must have a log density."
  let needs: Needs = [.weights, .kernels, .stepStart, .densities]
  let refusals = [
    Refusal(
      .alignment, "target.guidance.alignmentThreshold",
      "`.densityRatio` would weigh for the conditional model alone once the other is asked no more; "
        + "use `.feynmanKac` or `.kernelRatio`")
  ]

  func makeWeights(_ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch) -> WeightIncrements? {
    DensityRatioWeights(plan, state, scratch)
  }
}

extension Sampler.Correction {
  /// Ratios of the composed densities: with `control` none or on several islands unbiased for `Z` at any number of steps.
  /// Every model must have a log density.
  public static let densityRatio = Self(DensityRatio())
}

private final class DensityRatioWeights: WeightIncrements {
  override func addStart(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {
    guard let logDensities = state.logDensities?[block] else { return }
    let increments = scratch.increments[block]
    for row in 0..<block.count { increments[row] -= logDensities[row] }
  }

  override func addEnd(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {
    guard let logDensities = state.logDensities?[block] else { return }
    let increments = scratch.increments[block]
    for row in 0..<block.count { increments[row] += logDensities[row] }
    KernelDensities(plan: plan, state: state, scratch: scratch, block: block)
      .addReversalOverMove(island, numbers, to: increments)
  }
}
