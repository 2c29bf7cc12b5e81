/// `log qᵢ` of models that do not know it, carried from step to step where their exponents move.
struct CarriedLogDensities {
  /// Whether a step's kernels have densities, whose ratio says it at any noise; else it is Itô's formula, at c = 1.
  private let hasReversal: Bool

  /// - Returns: Nil where nothing needs them.
  init?(_ plan: RunPlan) {
    guard plan.needs.contains(.carriedLogDensities) else { return nil }
    hasReversal = plan.scheme.hasReversal
  }

  /// Carries them from the start to the end of a step, after the models were asked there.
  func end(
    _ block: Block, _ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch, _ numbers: StepNumbers
  ) {
    let kernels = KernelDensities(plan: plan, state: state, scratch: scratch, block: block)
    for (index, term) in plan.terms.enumerated() where term.isMoving && !term.model.hasLogDensity {
      let sums = state.termLogDensities[index][block]
      if hasReversal {
        kernels.addOwnRatio(term: index, numbers, factor: 1, to: sums)
      } else {
        kernels.addItoIncrement(term: index, numbers, to: sums)
      }
    }
  }
}
