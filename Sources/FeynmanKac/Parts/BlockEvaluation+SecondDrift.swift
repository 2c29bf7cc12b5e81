internal import CKernels

// Schemes that ask the models once more where a step has led.

extension BlockEvaluation {
  /// Puts where a step has led to where the models are asked next.
  func predict(_ columns: SecondDriftColumns, _ block: Block, at step: Int) {
    let predicted = columns.predicted[block]
    predicted.copy(from: state.states[block])
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, predicted.base) }
    ask(at: predicted, block, level: step + 1)
  }

  /// Adds the drift at the end of a step, less that at its start.
  ///
  /// - Parameters:
  ///   - drift: What the scheme adds and takes out.
  ///   - step: The step's number; the models are asked at its end.
  func add(_ drift: SecondDrift, _ columns: SecondDriftColumns, _ block: Block, at step: Int) throws {
    let start = scratch.start!
    let d = plan.dimensions
    let states = state.states[block]
    let predicted = columns.predicted[block]
    let scores = columns.scores[block]
    let gradients = columns.gradients?[block]
    try composeScores(of: predicted, block, at: step + 1, into: scores)
    if let gradients { try evaluateReward(of: predicted, block, at: step + 1, gradients: gradients) }
    var (atEnd, atStart) = (drift.end.affine, drift.start.affine)
    let ends = columns.driftedEnds[block]
    let starts = columns.driftedStarts[block]
    let before = start.states[block]
    ends.copy(from: predicted)
    fk_affine_step(
      block.count, d, ends.base, scores.base, gradients?.base, nil, nil, nil, &atEnd)
    starts.copy(from: before)
    fk_affine_step(
      block.count, d, starts.base, start.scores[block].base, start.gradients?[block].base, nil, nil, nil,
      &atStart)
    for i in 0..<states.values { states[i] += ends[i] - states[i] }
    for i in 0..<states.values { states[i] -= starts[i] - before[i] }
  }
}
