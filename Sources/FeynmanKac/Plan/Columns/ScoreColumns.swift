// What a control by scores needs of memory.

/// What is stored with every particle.
struct ScoreState {
  /// `v (div s + ⟨s, S + ∇r⟩)` of each basis, by which a drift `v s` changes the rate, `[N, bases]`.
  let potentials: Column<Double>
  /// `v s` of each basis, scaled, and then `v ∇r`, where the step before began; nothing for a scheme that does not look back, `[N, d]` each.
  let formerPulls: [Column<Float>]
  /// `y` there, `[N, d]`.
  let formerStates: Column<Float>?

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard let bases = plan.scoreBases else { return nil }
    potentials = table.particle("score potentials", Double.self, width: bases.count)
    let looksBack = plan.scheme.needs.contains(.history)
    let pulls = bases.count + (plan.needs.contains(.gradients) ? 1 : 0)
    formerPulls =
      looksBack
      ? (0..<pulls).map { table.particle("former pull \($0)", Float.self, width: plan.dimensions) } : []
    formerStates = table.particle("former states", Float.self, width: plan.dimensions, if: looksBack)
  }
}

/// What a block needs during a step.
struct ScoreColumns {
  /// What the models say beside the particles, composed to each basis, and then its change along the probe, `[rows, d]` each.
  let probed: [ScratchColumn<Float>]
  /// Where the scores pull particles to, `[rows, d]`.
  let pulls: ScratchColumn<Float>
  /// A probe and the changes along it, `[rows, (1 + bases) d]`, where their products are summed.
  let changes: ScratchColumn<Float>?
  /// Zeros, `[rows]`, for what such products do not have.
  let zeros: ScratchColumn<Double>?

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard let bases = plan.scoreBases else { return nil }
    let d = plan.dimensions
    probed = (0..<bases.count).map { table.step("probed basis \($0)", Float.self, width: d) }
    pulls = table.step("pulls of scores", Float.self, width: d)
    let hasJacobians = plan.hasJacobians
    changes = table.step("changes along probes", Float.self, width: (1 + bases.count) * d, if: hasJacobians)
    zeros = table.step("zeros of products", Double.self, if: hasJacobians)
  }
}
