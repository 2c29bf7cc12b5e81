/// What a diffusion stores with every particle. Columns that a run does not need are nil.
final class ParticleState: Sendable {
  /// `y`, `[N, d]`.
  let states: Column<Float>
  /// `S`, `[N, d]`.
  let scores: Column<Float>
  /// The drift point of the step before, `[N, d]`.
  let points: Column<Float>?
  /// `∇_y r_u`, `[N, d]`.
  let gradients: Column<Float>?
  /// `g ≈ ∇_y r_u` of a reward at the denoised point, `[N, d]`.
  let twists: Column<Float>?
  /// `d log w/du` without control, `[N]`.
  let rates: Column<Double>?
  /// `D + ⟨y, S + ∇r⟩`, `[N]`.
  let features: Column<Double>?
  /// `Σ aᵢ log qᵢ(y)`, `[N]`.
  let logDensities: Column<Double>?
  /// `r_u(y)`, `[N]`.
  let rewards: Column<Double>?
  /// `r_u(y)` for moves that may be refused, `[N]`.
  let ownRewards: Column<Double>?
  /// `sᵢ` in `y` coordinates, `[terms][N, d]`.
  let termScores: [Column<Float>]
  /// `log qᵢ(y)`, `[terms][N]`.
  let termLogDensities: [Column<Double>]
  /// `div (sᵢ − s_g)` where a model's log density is carried, `[terms][N]`.
  let divergences: [Column<Double>]
  /// What a control by scores needs.
  let scoreControl: ScoreState?
  /// The running average of the guided branches' difference, `[N, d]`.
  let averages: Column<Float>?
  /// The normals of the finer of two coupled runs since the coarser one's last level as one normal, `[N, d]`.
  let keptNoise: Column<Float>?
  /// The log-ratio of the coarser run's weights to the finer's where it was last looked at, `[N]`.
  let logRatios: Column<Double>?
  /// Which of the models failed, 0 where none did, `[N]`; see ``BlockEvaluation/fail(_:_:_:)``.
  let failures: Column<UInt8>?
  /// The engine's log-weights, `[N]`.
  let logWeights: Column<Double>

  /// Declares them in the population's table.
  init(_ plan: RunPlan, _ population: Population) {
    let d = plan.dimensions
    let table = population.table
    func needs(_ need: Needs) -> Bool { plan.needs.contains(need) }
    logWeights = population.logWeights
    states = table.particle("states", Float.self, width: d)
    scores = table.particle("scores", Float.self, width: d)
    points = table.particle("points", Float.self, width: d, if: needs(.history))
    gradients = table.particle("gradients", Float.self, width: d, if: needs(.gradients))
    twists = table.particle("twists", Float.self, width: d, if: needs(.twists))
    rates = table.particle("rates", Double.self, if: needs(.rates))
    features = table.particle("features", Double.self, if: needs(.rates))
    logDensities = table.particle(
      "log-densities", Double.self, if: needs(.densities) || needs(.acceptance))
    rewards = table.particle("rewards", Double.self, if: needs(.rewardDifference))
    ownRewards = table.particle(
      "own rewards", Double.self, if: plan.reward != nil && needs(.acceptance))
    termScores =
      needs(.termScores)
      ? plan.terms.indices.map { table.particle("scores of term \($0)", Float.self, width: d) } : []
    termLogDensities =
      needs(.termLogDensities)
      ? plan.terms.indices.map { table.particle("log-densities of term \($0)", Double.self) } : []
    divergences =
      needs(.carriedLogDensities)
      ? plan.terms.enumerated().map {
        table.particle("divergences of term \($0)", Double.self, width: $1.isCarried ? 1 : 0)
      } : []
    scoreControl = ScoreState(plan, table)
    averages = table.particle("averages", Float.self, width: d, if: needs(.momentum))
    keptNoise = table.particle("kept noise", Float.self, width: d, if: plan.role == .finer)
    failures = table.particle("failures", UInt8.self, if: plan.lossBound != nil)
    logRatios = table.particle("log-ratios", Double.self, if: plan.role == .coarser)
  }
}
