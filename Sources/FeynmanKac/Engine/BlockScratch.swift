/// Memory that one thread reuses from block to block.
///
/// Unchecked: a pass hands each to one thread at a time.
final class BlockScratch: @unchecked Sendable {
  /// Standard normals, `[rows, d]`.
  let normals: UnsafeMutablePointer<Float>
  /// `x = α y` of the model or reward that is asked, `[rows, d]`.
  let inputs: UnsafeMutablePointer<Float>
  /// Scores of one term, `[rows, d]`, or of those that are asked together, `[terms, rows, d]`.
  let scores: UnsafeMutablePointer<Float>
  /// `Σ aᵢ|sᵢ|²`, `[rows]`.
  let squares: UnsafeMutablePointer<Double>
  /// `log q` of one term, `[rows]`.
  let logDensities: UnsafeMutablePointer<Double>
  /// `Σ aᵢ log qᵢ` where particles start and no column keeps it, `[rows]`.
  let startLogDensities: UnsafeMutablePointer<Double>?
  /// `r`, without its scale, at the states that were asked last, `[rows]`.
  let rewardValues: UnsafeMutablePointer<Double>
  /// `r_u` at the new states, `[rows]`.
  let rewards: UnsafeMutablePointer<Double>
  /// Where a reward writes a gradient that nobody reads, `[rows, d]`.
  let unreadGradients: UnsafeMutablePointer<Float>?
  /// What the weights gain in this step, `[rows]`.
  let increments: UnsafeMutablePointer<Double>
  /// Squared residuals of a kernel, `[rows]`.
  let residuals: UnsafeMutablePointer<Double>
  /// The step's start, where its end needs it: states, scores, gradients, points.
  let startStates: UnsafeMutablePointer<Float>
  let startScores: UnsafeMutablePointer<Float>
  let startGradients: UnsafeMutablePointer<Float>?
  let startPoints: UnsafeMutablePointer<Float>?
  let startTermScores: [UnsafeMutablePointer<Float>]
  /// `∇_y r_u` at the start of the step, `[rows, d]`, where its change is measured.
  let formerGradients: UnsafeMutablePointer<Float>?
  /// `S` where the state's scores are those of a projected guidance, and how far these are from it; `[rows, d]`.
  let plainScores: UnsafeMutablePointer<Float>?
  let guidancePull: UnsafeMutablePointer<Float>?
  /// What the drift of a projected guidance's reversal has beyond that of `S`, `[rows, d]`.
  let reversalPull: UnsafeMutablePointer<Float>?
  /// For Heun's corrector: the predictor's state, its scores, its reward's gradient, and where half a drift leads from
  /// it and from the start; `[rows, d]`.
  let predicted: UnsafeMutablePointer<Float>
  let predictedScores: UnsafeMutablePointer<Float>
  let predictedGradients: UnsafeMutablePointer<Float>?
  let driftedEnds: UnsafeMutablePointer<Float>
  let driftedStarts: UnsafeMutablePointer<Float>
  /// For rewards at the denoised point: those points, and what a finite difference asks about, `[rows, d]`.
  let denoisedPoints: UnsafeMutablePointer<Float>
  let displacedStates: UnsafeMutablePointer<Float>
  let displacedScores: UnsafeMutablePointer<Float>
  /// `|∇r|` of each row, by which that difference is scaled, `[rows]`.
  let gradientNorms: UnsafeMutablePointer<Double>
  let rewardWorkspace: UnsafeMutableBufferPointer<Float>
  /// One row of the linear control's features.
  let featureRow: UnsafeMutablePointer<Double>
  let workspace: UnsafeMutableBufferPointer<Float>

  init(_ plan: RunPlan, in arena: Arena) {
    let rows = plan.blockRows
    let values = rows * plan.dimensions
    let keepsStart = plan.keepsStepStart
    normals = arena.allocate(Float.self, values)
    inputs = arena.allocate(Float.self, values)
    scores = arena.allocate(Float.self, values * (plan.groups.map(\.terms.count).max() ?? 1))
    squares = arena.allocate(Double.self, rows)
    logDensities = arena.allocate(Double.self, rows)
    startLogDensities = arena.allocate(
      Double.self, rows,
      if: plan.carriesWeights && plan.start == .exact && plan.correction != .densityRatio)
    rewardValues = arena.allocate(Double.self, rows)
    rewards = arena.allocate(Double.self, rows)
    unreadGradients = arena.allocate(
      Float.self, values, if: plan.reward != nil && !plan.usesGradients)
    increments = arena.allocate(Double.self, rows)
    residuals = arena.allocate(Double.self, rows)
    startStates = arena.allocate(Float.self, keepsStart ? values : 0)
    startScores = arena.allocate(Float.self, keepsStart ? values : 0)
    startGradients = arena.allocate(Float.self, values, if: keepsStart && plan.usesGradients)
    startPoints = arena.allocate(Float.self, values, if: keepsStart && plan.usesHistory)
    startTermScores =
      keepsStart && plan.usesTermScores ? plan.terms.map { _ in arena.allocate(Float.self, values) } : []
    formerGradients = arena.allocate(Float.self, values, if: plan.measuresCurvature)
    plainScores = arena.allocate(Float.self, values, if: plan.usesProjection && plan.usesKernels)
    guidancePull = arena.allocate(Float.self, values, if: plan.usesProjection && plan.usesKernels)
    reversalPull = arena.allocate(Float.self, values, if: plan.usesProjection && plan.usesKernels)
    let heunValues = plan.scheme == .heun ? values : 0
    predicted = arena.allocate(Float.self, heunValues)
    predictedScores = arena.allocate(Float.self, heunValues)
    predictedGradients = arena.allocate(Float.self, heunValues, if: plan.usesGradients)
    driftedEnds = arena.allocate(Float.self, heunValues)
    driftedStarts = arena.allocate(Float.self, heunValues)
    denoisedPoints = arena.allocate(Float.self, plan.twist == nil ? 0 : values)
    let isDifferent = plan.twist?.jacobian == .finiteDifference
    displacedStates = arena.allocate(Float.self, isDifferent ? values : 0)
    displacedScores = arena.allocate(Float.self, isDifferent ? values : 0)
    gradientNorms = arena.allocate(Double.self, isDifferent ? rows : 0)
    let rewardSize = plan.reward?.workspaceSize(rows: rows, dimensions: plan.dimensions) ?? 0
    rewardWorkspace = UnsafeMutableBufferPointer(
      start: arena.allocate(Float.self, rewardSize), count: rewardSize)
    featureRow = arena.allocate(Double.self, plan.control == .linear ? plan.dimensions + 3 : 0)
    let sizes =
      plan.terms.map { $0.model.workspaceSize(rows: rows) }
      + plan.groups.compactMap { $0.stack?.workspaceSize(rows: rows) }
    let size = sizes.max() ?? 0
    workspace = UnsafeMutableBufferPointer(start: arena.allocate(Float.self, size), count: size)
  }
}
