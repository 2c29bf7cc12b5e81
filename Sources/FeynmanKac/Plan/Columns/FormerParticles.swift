/// What particles were before a move that may be refused, and what decides it.
struct FormerParticles {
  /// `y`, `S`, `∇r` and the gradient at the denoised point, `[rows, d]`.
  let states: ScratchColumn<Float>
  let scores: ScratchColumn<Float>
  let gradients: ScratchColumn<Float>?
  let twists: ScratchColumn<Float>?
  /// What weights are made of, `[rows]` each.
  private let rates: ScratchColumn<Double>?
  private let features: ScratchColumn<Double>?
  private let rewards: ScratchColumn<Double>?
  /// `Σ aᵢ log qᵢ` and `r_u`, `[rows]`.
  let logDensities: ScratchColumn<Double>
  let ownRewards: ScratchColumn<Double>?
  /// `[terms][rows, d]` and `[terms][rows]`.
  private let termScores: [ScratchColumn<Float>]
  private let termLogDensities: [ScratchColumn<Double>]
  /// `|y' − y − ε(S + ∇r)|²` of a move and of the way back, `[rows]`.
  let residuals: ScratchColumn<Double>
  let backResiduals: ScratchColumn<Double>
  /// Numbers between 0 and 1 that decide, `[rows]`.
  let uniforms: ScratchColumn<Double>

  /// - Returns: Nil where moves are not refused.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    let needs = plan.needs
    guard needs.contains(.acceptance) else { return nil }
    let d = plan.dimensions
    states = table.step("former states", Float.self, width: d)
    scores = table.step("former scores", Float.self, width: d)
    gradients = table.step("former reward gradients", Float.self, width: d, if: needs.contains(.gradients))
    twists = table.step("former twists", Float.self, width: d, if: needs.contains(.twists))
    rates = table.step("former rates", Double.self, if: needs.contains(.rates))
    features = table.step("former features", Double.self, if: needs.contains(.rates))
    rewards = table.step("former reward differences", Double.self, if: needs.contains(.rewardDifference))
    logDensities = table.step("former log-densities", Double.self)
    ownRewards = table.step("former rewards", Double.self, if: plan.reward != nil)
    termScores =
      needs.contains(.termScores)
      ? plan.terms.indices.map { table.step("former scores of term \($0)", Float.self, width: d) } : []
    termLogDensities =
      needs.contains(.termLogDensities)
      ? plan.terms.indices.map { table.step("former log-densities of term \($0)", Double.self) } : []
    residuals = table.step("residuals of a move", Double.self)
    backResiduals = table.step("residuals of the way back", Double.self)
    uniforms = table.step("uniforms of a move", Double.self)
  }

  /// Before the particles of a block move.
  func keep(_ block: Block, _ state: ParticleState) {
    copy(block, state) { kept, own in
      kept.copy(from: own)
    } numbers: { kept, own in
      kept.copy(from: own)
    }
  }

  /// Puts a particle back where it was.
  func restore(_ row: Int, of block: Block, _ state: ParticleState) {
    copy(block, state) { kept, own in
      own.row(row).copy(from: kept.row(row))
    } numbers: { kept, own in
      own.row(row).copy(from: kept.row(row))
    }
  }

  /// Calls a body with every column and its copy: all that belongs to a particle and depends on where it is. The drift point of the
  /// step before does not.
  private func copy(
    _ block: Block, _ state: ParticleState, vectors: (Rows<Float>, Rows<Float>) -> Void,
    numbers: (Rows<Double>, Rows<Double>) -> Void
  ) {
    vectors(states[block], state.states[block])
    vectors(scores[block], state.scores[block])
    if let gradients, let own = state.gradients { vectors(gradients[block], own[block]) }
    if let twists, let own = state.twists { vectors(twists[block], own[block]) }
    for index in termScores.indices { vectors(termScores[index][block], state.termScores[index][block]) }
    if let own = state.logDensities { numbers(logDensities[block], own[block]) }
    if let ownRewards, let own = state.ownRewards { numbers(ownRewards[block], own[block]) }
    if let rates, let own = state.rates { numbers(rates[block], own[block]) }
    if let features, let own = state.features { numbers(features[block], own[block]) }
    if let rewards, let own = state.rewards { numbers(rewards[block], own[block]) }
    for index in termLogDensities.indices {
      numbers(termLogDensities[index][block], state.termLogDensities[index][block])
    }
  }
}
