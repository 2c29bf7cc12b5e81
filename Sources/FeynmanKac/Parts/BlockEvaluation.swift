internal import CKernels
import Libc

/// Asks the models and the reward about the particles of one block.
final class BlockEvaluation {
  let plan: RunPlan
  let state: ParticleState
  let scratch: BlockScratch
  /// The memory of the thread that works on the block.
  var thread: ThreadScratch
  /// What is asked about many blocks at a time; nil where nothing is.
  let batches: ModelBatches?
  /// Copies of the plan's, so that their references are counted by one thread.
  let terms: [RunPlan.PlannedTerm]
  let groups: [RunPlan.TermGroup]
  /// The guided branches of the block's island have aligned: the conditional one answers for both.
  var skipsUnconditional = false

  init(
    plan: RunPlan, state: ParticleState, scratch: BlockScratch, thread: ThreadScratch, batches: ModelBatches?
  ) {
    self.plan = plan
    self.state = state
    self.scratch = scratch
    self.thread = thread
    self.batches = batches
    terms = plan.terms.map { $0.copy() }
    groups = plan.groups.map { $0.copy() }
  }

  /// Composes `S`, and what the weights need, at the particles' states.
  ///
  /// - Parameters:
  ///   - step: The level of the path, 0 to `steps`.
  ///   - logDensitySum: Where to write `Σ aᵢ log qᵢ(y)`, `[rows]`; nil where it is not needed.
  func evaluateModels(_ block: Block, at step: Int, logDensitySum: Rows<Double>?) throws {
    try composeScores(
      of: state.states[block], block, at: step, into: state.scores[block], logDensitySum: logDensitySum,
      storesTerms: true)
    if skipsUnconditional, let guidance = plan.guidance {
      state.termScores[guidance.unconditional][block].copy(
        from: state.termScores[guidance.conditional][block])
    }
    if plan.needs.contains(.projection) {
      ProjectedGuidance(plan: plan, state: state, scratch: scratch).apply(block, at: step)
    }
  }

  /// Composes `S` at any states, without touching what is stored for single terms.
  func composeScores(
    of states: Rows<Float>, _ block: Block, at step: Int, into scores: Rows<Float>,
    logDensitySum: Rows<Double>? = nil, storesTerms: Bool = false
  ) throws {
    let sums = TermSums(
      scores: scores, squares: storesTerms && plan.needs.contains(.rates) ? scratch.squares[block] : nil,
      logDensities: logDensitySum)
    logDensitySum?.fill(0)
    var isFirst = true
    for (number, group) in groups.enumerated() {
      let isAnswered = batches?.answers(for: number) ?? false
      let inputs = isAnswered ? states : scaled(states, by: terms[group.terms[0]].points[step].signal, block)
      if !isAnswered, let stack = group.stack, group.terms.allSatisfy({ asks($0, at: step) }) {
        let together = thread.scores[block]
        try plan.asking(terms[group.terms[0]], at: step) {
          try stack.evaluate(batch(inputs, together), at: $0)
        }
        for (part, index) in group.terms.enumerated() {
          var ownScores = together.part(part, width: plan.dimensions)
          if storesTerms && plan.needs.contains(.termScores) {
            let stored = state.termScores[index][block]
            stored.copy(from: ownScores)
            ownScores = stored
          }
          try add(index, ownScores, nil, block, at: step, to: sums, isFirst, storesTerms: storesTerms)
          isFirst = false
        }
        continue
      }
      for (part, index) in group.terms.enumerated() where asks(index, at: step) {
        let term = terms[index]
        let ownScores =
          if storesTerms && plan.needs.contains(.termScores) { state.termScores[index][block] } else {
            // The first term's scores are scaled in place.
            isFirst ? scores : thread.scores[block].part(0, width: plan.dimensions)
          }
        let storesDensity = storesTerms && plan.needs.contains(.termLogDensities) && term.model.hasLogDensity
        let logDensities: Rows<Double>? =
          if storesDensity && term.isMoving { state.termLogDensities[index][block] } else {
            logDensitySum == nil ? nil : thread.logDensities[block]
          }
        if isAnswered, let batches {
          batches.copy(part, ofGroup: number, block, scores: ownScores, logDensities: logDensities)
        } else {
          try plan.asking(term, at: step) {
            try term.model.evaluate(batch(inputs, ownScores, logDensities), at: $0)
          }
        }
        try add(index, ownScores, logDensities, block, at: step, to: sums, isFirst, storesTerms: storesTerms)
        isFirst = false
      }
    }
  }

  private func asks(_ index: Int, at step: Int) -> Bool {
    if skipsUnconditional && index == plan.guidance?.unconditional { return false }
    return plan.asks(terms[index], at: step)
  }

  /// `aᵢ`, of a conditional branch with that of the other which it answers for.
  private func exponent(of index: Int, at step: Int) -> Double {
    let own = terms[index].exponents[step]
    guard skipsUnconditional, let guidance = plan.guidance, index == guidance.conditional else { return own }
    return own + terms[guidance.unconditional].exponents[step]
  }

  /// Where the terms of a target add up.
  private struct TermSums {
    /// `S`, `[rows, d]`.
    let scores: Rows<Float>
    /// `Σ aᵢ|sᵢ|²`, `[rows]`.
    let squares: Rows<Double>?
    /// `Σ aᵢ log qᵢ(y)`, `[rows]`.
    let logDensities: Rows<Double>?
  }

  func batch(
    _ states: Rows<Float>, _ scores: Rows<Float>, _ logDensities: Rows<Double>? = nil
  ) -> ScoreBatch {
    ScoreBatch(
      count: states.count, dimensions: plan.dimensions, states: states.base, scores: scores.base,
      logDensities: logDensities?.base, workspace: thread.workspace)
  }

  /// Checks a term's answer, turns it into `y` coordinates and adds it to the sums.
  private func add(
    _ index: Int, _ ownScores: Rows<Float>, _ logDensities: Rows<Double>?, _ block: Block, at step: Int,
    to sums: TermSums, _ isFirst: Bool, storesTerms: Bool
  ) throws {
    let term = terms[index]
    let point = term.points[step]
    let d = plan.dimensions
    try check(ownScores, of: index, block, at: step)
    if state.failures != nil, let logDensities {
      for row in 0..<block.count
      where !(logDensities[row] < .infinity) && fail(row, of: block, term: index, ownScores) {
        logDensities[row] = 0
      }
    }
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, ownScores.base) }
    if let logDensities, point.signal != 1 {
      let shift = Double(plan.intrinsicDimensions) * log(point.signal)
      for row in 0..<block.count { logDensities[row] += shift }
    }
    if storesTerms && plan.needs.contains(.termScores) && point.signal != 1 {
      for i in 0..<ownScores.values { ownScores[i] *= Float(point.signal) }
    }
    let scale = storesTerms && plan.needs.contains(.termScores) ? 1 : point.signal
    let exponent = exponent(of: index, at: step)
    fk_add_term(
      block.count, d, ownScores.base, scale, exponent, isFirst ? 1 : 0, sums.scores.base, sums.squares?.base)
    if let sum = sums.logDensities, let logDensities {
      for row in 0..<block.count { sum[row] += exponent * logDensities[row] }
    }
  }

  /// Refuses an answer that is not finite, or marks the particles to be dropped.
  func check(_ scores: Rows<Float>, of index: Int, _ block: Block, at step: Int) throws {
    let bad = fk_first_non_finite(scores.base, scores.values)
    guard bad == scores.values || failNotFinite(scores, from: bad / plan.dimensions, of: block, term: index)
    else {
      throw RunError.notFinite(
        source: "model '\(terms[index].name)'", step: step, time: plan.path.times[step],
        particle: block.startOfAll + bad / plan.dimensions)
    }
  }

  /// `x = α y` in scratch memory, or `y` itself where `α = 1`.
  func scaled(_ states: Rows<Float>, by signal: Double, _ block: Block) -> Rows<Float> {
    guard signal != 1 else { return states }
    let inputs = thread.inputs[block]
    inputs.copy(states, times: Float(signal))
    return inputs
  }

  /// Keeps the states at which the models that answer for many blocks at a time are to be asked next.
  func ask(at states: Rows<Float>, _ block: Block, level: Int) { batches?.put(states, block, at: level) }

  /// Writes `r_u` into `scratch.rewards` and, where it is known, `∇_y r_u`; raw values of `r` go to
  /// `scratch.rewardValues`.
  func evaluateReward(
    of states: Rows<Float>, _ block: Block, at step: Int, gradients: Rows<Float>?
  ) throws {
    guard let reward = plan.reward else { return }
    // At the end of the path the reward is that of the state, so that the target is what was asked for.
    if let twist = plan.twist, step < plan.steps {
      return try evaluateDenoisedReward(twist, of: states, block, at: step)
    }
    let signal = plan.path.signals[step]
    let inputs = scaled(states, by: signal, block)
    try ask(reward, at: inputs, scale: plan.rewardScales[step], block, step: step, gradients: gradients)
    guard let gradients else { return }
    try checkGradients(gradients, block, at: step)
    let factor = Float(plan.rewardScales[step] * signal)
    for i in 0..<gradients.values { gradients[i] *= factor }
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, gradients.base) }
  }

  func checkGradients(_ gradients: Rows<Float>, _ block: Block, at step: Int) throws {
    let bad = fk_first_non_finite(gradients.base, gradients.values)
    guard
      bad == gradients.values
        || failNotFinite(gradients, from: bad / plan.dimensions, of: block, term: terms.count)
    else {
      throw RunError.notFinite(
        source: "the reward's gradient", step: step, time: plan.path.times[step],
        particle: block.startOfAll + bad / plan.dimensions)
    }
  }

  /// Writes `r` into `scratch.rewardValues` and `λ r` into `scratch.rewards`.
  ///
  /// - Parameters:
  ///   - scale: `λ`.
  ///   - gradients: Nil where the reward has none, or none that is read.
  func ask(
    _ reward: any Reward, at points: Rows<Float>, variance: Double = 0, isGaussian: Bool = false,
    scale: Double,
    _ block: Block, step: Int, gradients: Rows<Float>?
  ) throws {
    let values = scratch.rewardValues[block]
    let rewards = scratch.rewards[block]
    do {
      try reward.evaluate(
        RewardBatch(
          count: block.count, dimensions: plan.dimensions, states: points.base, variance: variance,
          isGaussian: isGaussian, values: values.base,
          gradients: (gradients ?? thread.unreadGradients![block]).base,
          workspace: thread.rewardWorkspace))
    } catch is CancellationError {
      throw RunError.cancelled(step: step)
    } catch {
      throw RunError.modelFailed(
        source: "the reward", step: step, time: plan.path.times[step], reason: "\(error)")
    }
    for row in 0..<block.count {
      // −∞ is a reward that forbids a state.
      if values[row].isNaN || values[row] == .infinity {
        guard fail(row, of: block, term: terms.count, gradients) else {
          throw RunError.notFinite(
            source: "the reward", step: step, time: plan.path.times[step], particle: block.startOfAll + row)
        }
        values[row] = 0
      }
      // 0 · −∞ would be NaN: a reward that is not yet switched on forbids nothing.
      rewards[row] = scale == 0 ? 0 : scale * values[row]
    }
  }
}
