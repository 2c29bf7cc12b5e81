internal import CKernels

/// Replaces the drift of Heun's predictor by the mean of the drifts at both ends.
struct HeunCorrector {
  /// The predictor's state, its scores and its reward's gradient, `[rows, d]`.
  private let predicted: ScratchColumn<Float>
  private let scores: ScratchColumn<Float>
  private let gradients: ScratchColumn<Float>?
  /// Where half a drift leads from the predictor's state and from the start, `[rows, d]`.
  private let driftedEnds: ScratchColumn<Float>
  private let driftedStarts: ScratchColumn<Float>

  init(_ plan: RunPlan, _ table: ColumnTable) {
    let d = plan.dimensions
    predicted = table.step("predicted states", Float.self, width: d)
    scores = table.step("predicted scores", Float.self, width: d)
    gradients = table.step("predicted gradients", Float.self, width: d, if: plan.usesGradients)
    driftedEnds = table.step("drifted ends", Float.self, width: d)
    driftedStarts = table.step("drifted starts", Float.self, width: d)
  }

  /// - Parameters:
  ///   - evaluation: What asks the models; the block's states are where the predictor led.
  ///   - step: The step's number; the models are asked at its end.
  func correct(
    _ block: Block, _ evaluation: BlockEvaluation, slope: Double, step: Int, _ numbers: StepNumbers
  ) throws {
    let start = evaluation.scratch.start!
    let d = evaluation.plan.dimensions
    let states = evaluation.state.states[block]
    let predicted = predicted[block]
    predicted.copy(from: states)
    if let atoms = evaluation.plan.atoms { fk_remove_center_of_mass(block.count, atoms, predicted.base) }
    try evaluation.composeScores(of: predicted, block, at: step + 1, into: scores[block])
    try evaluation.evaluateReward(of: predicted, block, at: step + 1, gradients: gradients?[block])
    var (atEnd, atStart) = Move.heunCorrections(numbers, slope: slope)
    let ends = driftedEnds[block]
    let starts = driftedStarts[block]
    let before = start.states[block]
    ends.copy(from: predicted)
    fk_affine_step(
      block.count, d, ends.base, scores[block].base, gradients?[block].base, nil, nil, nil, &atEnd.affine)
    starts.copy(from: before)
    fk_affine_step(
      block.count, d, starts.base, start.scores[block].base, start.gradients?[block].base, nil, nil, nil,
      &atStart.affine)
    // Half the drift at the end in, half that at the start out. A constant drift is the same at both ends.
    for i in 0..<states.values { states[i] += ends[i] - states[i] }
    for i in 0..<states.values { states[i] -= starts[i] - before[i] }
  }
}
