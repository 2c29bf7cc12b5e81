/// Memory of a block during a step: a thread's, which it reuses from block to block, or one for each block where models
/// answer for many blocks at a time. No column serves two purposes.
///
/// Unchecked: a pass hands each to one thread at a time.
final class BlockScratch: @unchecked Sendable {
  /// Standard normals, `[rows, d]`.
  let normals: ScratchColumn<Float>
  /// `Σ aᵢ|sᵢ|²`, `[rows]`.
  let squares: ScratchColumn<Double>
  /// `Σ aᵢ log qᵢ` where particles start and no column keeps it, `[rows]`.
  let startLogDensities: ScratchColumn<Double>?
  /// `r`, without its scale, at the states that were asked last, `[rows]`.
  let rewardValues: ScratchColumn<Double>
  /// `r_u` at the new states, `[rows]`.
  let rewards: ScratchColumn<Double>
  /// What the weights gain in this step, `[rows]`.
  let increments: ScratchColumn<Double>
  /// Squared residuals of a kernel, `[rows]`.
  let residuals: ScratchColumn<Double>
  /// The step's start, where its end needs it.
  let start: StepStart?
  /// `∇_y r_u` at the start of the step, `[rows, d]`, where its change is measured.
  let formerGradients: ScratchColumn<Float>?
  /// What the reversal of a projected guidance needs.
  let turned: TurnedScores?
  /// What a scheme needs that asks the models twice.
  let secondDrift: SecondDriftColumns?
  /// What a reward at the denoised point needs.
  let denoised: DenoisedColumns?
  /// What probes need.
  let probes: ProbeColumns?
  /// What a control by scores needs.
  let scoreControl: ScoreColumns?
  /// What moves need that may be refused.
  let former: FormerParticles?

  init(_ plan: RunPlan, _ table: ColumnTable) {
    let d = plan.dimensions
    let needs = plan.needs
    normals = table.step("normals", Float.self, width: d)
    squares = table.step("squares", Double.self)
    startLogDensities = table.step(
      "log-densities at the start", Double.self,
      if: needs.contains(.weights) && plan.start == .exact
        && needs.isDisjoint(with: [.densities, .acceptance]))
    rewardValues = table.step("reward values", Double.self)
    rewards = table.step("scaled rewards", Double.self)
    increments = table.step("increments", Double.self)
    residuals = table.step("residuals", Double.self)
    start = needs.contains(.stepStart) ? StepStart(plan, table) : nil
    formerGradients = table.step("former gradients", Float.self, width: d, if: needs.contains(.curvature))
    turned = needs.isSuperset(of: [.projection, .kernels]) ? TurnedScores(plan, table) : nil
    secondDrift = needs.contains(.secondDrift) ? SecondDriftColumns(plan, table) : nil
    denoised = plan.twist.map { DenoisedColumns(plan, $0, table) }
    probes = needs.isDisjoint(with: [.carriedLogDensities, .scoreControl]) ? nil : ProbeColumns(plan, table)
    scoreControl = ScoreColumns(plan, table)
    former = FormerParticles(plan, table)
  }
}

/// What the end of a step needs of its start.
struct StepStart {
  /// `y`, `S`, `∇r` and the drift point before, `[rows, d]`.
  let states: ScratchColumn<Float>
  let scores: ScratchColumn<Float>
  let gradients: ScratchColumn<Float>?
  let points: ScratchColumn<Float>?
  /// `sᵢ`, `[terms][rows, d]`.
  let termScores: [ScratchColumn<Float>]

  init(_ plan: RunPlan, _ table: ColumnTable) {
    let d = plan.dimensions
    states = table.step("start's states", Float.self, width: d)
    scores = table.step("start's scores", Float.self, width: d)
    gradients = table.step("start's gradients", Float.self, width: d, if: plan.needs.contains(.gradients))
    points = table.step("start's points", Float.self, width: d, if: plan.needs.contains(.history))
    termScores =
      plan.needs.contains(.termScores)
      ? plan.terms.indices.map { table.step("start's scores of term \($0)", Float.self, width: d) } : []
  }

  /// Before the particles move.
  func keep(_ block: Block, _ state: ParticleState) {
    states[block].copy(from: state.states[block])
    scores[block].copy(from: state.scores[block])
    if let gradients, let own = state.gradients { gradients[block].copy(from: own[block]) }
    if let points, let own = state.points { points[block].copy(from: own[block]) }
    for (kept, own) in zip(termScores, state.termScores) { kept[block].copy(from: own[block]) }
  }
}
