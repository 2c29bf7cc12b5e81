/// Ratios of the models' own steps and their reversals, beside those of the target: first order.
/// - Source: He et al. 2025; derived in <doc:Mathematics>.
struct KernelRatio: Correction {
  let name = "kernel-ratio"
  let summary = "Ratios of the models' own steps and their reversals (He et al. 2025)."
  let needs: Needs = [.weights, .kernels, .stepStart, .termScores]
  let gainsFromControl = false
  let knownError: String? =
    "`.kernelRatio` is of first order, log Z came out 0.2 to 0.5 too large at 200 steps, on targets with exact answers. "
    + "Use `correction: .feynmanKac` for log Z."
  // On a guided mixture with 600 steps of the frozen exponential log Z is off by 0.005 without control and by −0.5 with the radial one;
  // a linear one was off by 8.6. Annealing N(0, ·) with an exponent from 1 to 2 in 100 steps, the mean is off by 0.43 standard
  // deviations with radial control and by 0.00 without.
  let refusals = [
    Refusal(
      .rates, "sampler.control",
      "a control adds nats to the error of `.kernelRatio`, in which the models' own steps know none; use `.none`"
    )
  ]

  func makeWeights(_ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch) -> WeightIncrements? {
    KernelRatioWeights(plan, state, scratch)
  }
}

extension Sampler.Correction {
  /// Ratios of the models' own steps and their reversals (He et al. 2025). First order; best with `control` none.
  public static let kernelRatio = Self(KernelRatio())
}

private final class KernelRatioWeights: WeightIncrements {
  override func addStart(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {
    addExponentChange(block, numbers, step: step)
  }

  override func addEnd(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {
    addExponentChange(block, numbers, step: step)
    let increments = scratch.increments[block]
    let kernels = KernelDensities(plan: plan, state: state, scratch: scratch, block: block)
    for (index, term) in plan.terms.enumerated() {
      let exponent = 0.5 * (term.exponents[step] + term.exponents[step + 1])
      kernels.addOwnRatio(term: index, numbers, factor: exponent, to: increments)
    }
    kernels.addReversalOverMove(island, numbers, to: increments)
  }

  /// `½ Σ (aᵢ' − aᵢ) log qᵢ` at one end of the step.
  private func addExponentChange(_ block: Block, _ numbers: StepNumbers, step: Int) {
    guard plan.needs.contains(.termLogDensities) else { return }
    let increments = scratch.increments[block]
    for (index, term) in plan.terms.enumerated() where term.exponentSlope(in: step) != 0 {
      let factor = 0.5 * term.exponentSlope(in: step) * numbers.length
      let logDensities = state.termLogDensities[index][block]
      for row in 0..<block.count { increments[row] += factor * logDensities[row] }
    }
  }
}
