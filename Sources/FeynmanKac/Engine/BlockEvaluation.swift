internal import CKernels
import Foundation

/// Asks the models and the reward about the particles of one block.
final class BlockEvaluation {
  let plan: RunPlan
  let state: ParticleState
  let scratch: BlockScratch
  /// Copies of the plan's, so that their references are counted by one thread.
  private let terms: [RunPlan.PlannedTerm]
  private let groups: [RunPlan.TermGroup]
  /// The guided branches of the block's island have aligned: the conditional one answers for both.
  var skipsUnconditional = false

  init(plan: RunPlan, state: ParticleState, scratch: BlockScratch) {
    self.plan = plan
    self.state = state
    self.scratch = scratch
    terms = plan.terms.map { $0.copy() }
    groups = plan.groups.map { $0.copy() }
  }

  /// Composes `S`, and what the weights need, at the particles' states.
  ///
  /// - Parameters:
  ///   - step: The level of the path, 0 to `steps`.
  ///   - logDensitySum: Where to write `Σ aᵢ log qᵢ(y)`, `[rows]`; nil where it is not needed.
  func evaluateModels(_ block: Block, at step: Int, logDensitySum: UnsafeMutablePointer<Double>?) throws {
    try composeScores(
      of: state.states + block.start * plan.dimensions, block, at: step,
      into: state.scores + block.start * plan.dimensions, logDensitySum: logDensitySum, storesTerms: true)
    if skipsUnconditional, let guidance = plan.guidance {
      let offset = block.start * plan.dimensions
      (state.termScores[guidance.unconditional] + offset).update(
        from: state.termScores[guidance.conditional] + offset, count: block.count * plan.dimensions)
    }
    if plan.usesProjection {
      ProjectedGuidance(plan: plan, state: state, scratch: scratch).apply(block, at: step)
    }
  }

  /// As `evaluateModels`, for any states, and without touching what is stored for single terms.
  func composeScores(
    of states: UnsafeMutablePointer<Float>, _ block: Block, at step: Int,
    into scores: UnsafeMutablePointer<Float>, logDensitySum: UnsafeMutablePointer<Double>? = nil,
    storesTerms: Bool = false
  ) throws {
    let d = plan.dimensions
    let rows = block.count
    let sums = TermSums(
      scores: scores, squares: plan.usesRates && storesTerms ? scratch.squares : nil,
      logDensities: logDensitySum)
    if let logDensitySum { for row in 0..<rows { logDensitySum[row] = 0 } }
    var isFirst = true
    for group in groups {
      let inputs = scaled(states, by: terms[group.terms[0]].points[step].signal, count: rows * d)
      if let stack = group.stack, group.terms.allSatisfy({ asks($0, at: step) }) {
        try ask(group.terms[0], block, at: step) {
          try stack.evaluate(batch(block, inputs, scratch.scores), at: $0)
        }
        for (part, index) in group.terms.enumerated() {
          var ownScores = scratch.scores + part * rows * d
          if storesTerms && plan.usesTermScores {
            let stored = state.termScores[index] + block.start * d
            stored.update(from: ownScores, count: rows * d)
            ownScores = stored
          }
          try add(index, ownScores, nil, block, at: step, to: sums, isFirst, storesTerms: storesTerms)
          isFirst = false
        }
        continue
      }
      for index in group.terms where asks(index, at: step) {
        let term = terms[index]
        let ownScores: UnsafeMutablePointer<Float> =
          if storesTerms && plan.usesTermScores { state.termScores[index] + block.start * d } else {
            // The first term's scores are scaled in place.
            isFirst ? scores : scratch.scores
          }
        let storesDensity = storesTerms && plan.usesTermLogDensities && term.model.hasLogDensity
        let logDensities: UnsafeMutablePointer<Double>? =
          if storesDensity && term.exponentSlope != 0 { state.termLogDensities[index] + block.start } else {
            logDensitySum == nil ? nil : scratch.logDensities
          }
        try ask(index, block, at: step) {
          try term.model.evaluate(batch(block, inputs, ownScores, logDensities), at: $0)
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
    let scores: UnsafeMutablePointer<Float>
    /// `Σ aᵢ|sᵢ|²`, `[rows]`.
    let squares: UnsafeMutablePointer<Double>?
    /// `Σ aᵢ log qᵢ(y)`, `[rows]`.
    let logDensities: UnsafeMutablePointer<Double>?
  }

  private func batch(
    _ block: Block, _ states: UnsafeMutablePointer<Float>, _ scores: UnsafeMutablePointer<Float>,
    _ logDensities: UnsafeMutablePointer<Double>? = nil
  ) -> ScoreBatch {
    ScoreBatch(
      count: block.count, dimensions: plan.dimensions, states: states, scores: scores,
      logDensities: logDensities, workspace: scratch.workspace)
  }

  /// Calls a model and gives its errors their place.
  private func ask(_ index: Int, _ block: Block, at step: Int, _ evaluate: (NoisePoint) throws -> Void) throws
  {
    let term = terms[index]
    do { try evaluate(term.points[step]) } catch {
      throw RunError.modelFailed(
        source: "model '\(term.name)'", step: step, time: plan.path.times[step], reason: "\(error)")
    }
  }

  /// Checks a term's answer, turns it into `y` coordinates and adds it to the sums.
  private func add(
    _ index: Int, _ ownScores: UnsafeMutablePointer<Float>, _ logDensities: UnsafeMutablePointer<Double>?,
    _ block: Block, at step: Int, to sums: TermSums, _ isFirst: Bool, storesTerms: Bool
  ) throws {
    let term = terms[index]
    let point = term.points[step]
    let d = plan.dimensions
    let rows = block.count
    let bad = fk_first_non_finite(ownScores, rows * d)
    if bad < rows * d {
      throw RunError.notFinite(
        source: "model '\(term.name)'", step: step, time: plan.path.times[step],
        particle: block.start + bad / d)
    }
    if let atoms = plan.atoms { fk_remove_center_of_mass(rows, atoms, ownScores) }
    if let logDensities, point.signal != 1 {
      let shift = Double(plan.intrinsicDimensions) * log(point.signal)
      for row in 0..<rows { logDensities[row] += shift }
    }
    if storesTerms && plan.usesTermScores && point.signal != 1 {
      for i in 0..<rows * d { ownScores[i] *= Float(point.signal) }
    }
    let scale = storesTerms && plan.usesTermScores ? 1 : point.signal
    let exponent = exponent(of: index, at: step)
    fk_add_term(
      rows, d, ownScores, scale, exponent, isFirst ? 1 : 0, sums.scores, sums.squares)
    if let sum = sums.logDensities, let logDensities {
      for row in 0..<rows { sum[row] += exponent * logDensities[row] }
    }
  }

  /// `x = α y` in scratch memory, or `y` itself where `α = 1`.
  func scaled(
    _ states: UnsafeMutablePointer<Float>, by signal: Double, count: Int
  ) -> UnsafeMutablePointer<Float> {
    guard signal != 1 else { return states }
    let factor = Float(signal)
    for i in 0..<count { scratch.inputs[i] = factor * states[i] }
    return scratch.inputs
  }

  /// Writes `r_u` into `scratch.rewards` and, where it is known, `∇_y r_u`; raw values of `r` go to
  /// `scratch.rewardValues`.
  func evaluateReward(
    of states: UnsafeMutablePointer<Float>, _ block: Block, at step: Int,
    gradients: UnsafeMutablePointer<Float>?
  ) throws {
    guard let reward = plan.reward else { return }
    let offset = block.start * plan.dimensions
    // At the end of the path the reward is that of the state, so that the target is what was asked for.
    if let twist = plan.twist, step < plan.steps {
      return try evaluateDenoisedReward(
        reward, twist, of: states, scores: state.scores + offset, block, at: step,
        twists: state.twists.map { $0 + offset })
    }
    let count = block.count * plan.dimensions
    let signal = plan.path.signals[step]
    let inputs = scaled(states, by: signal, count: count)
    try ask(reward, at: inputs, variance: 0, block, step: step, gradients: gradients)
    guard let gradients else { return }
    let bad = fk_first_non_finite(gradients, count)
    if bad < count {
      throw RunError.notFinite(
        source: "the reward's gradient", step: step, time: plan.path.times[step],
        particle: block.start + bad / plan.dimensions)
    }
    let factor = Float(plan.rewardScales[step] * signal)
    for i in 0..<count { gradients[i] *= factor }
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, gradients) }
  }

  /// Writes `r` into `scratch.rewardValues` and `λ r` into `scratch.rewards`.
  ///
  /// - Parameter gradients: Nil where the reward has none, or none that is read.
  func ask(
    _ reward: any Reward, at points: UnsafePointer<Float>, variance: Double, _ block: Block, step: Int,
    gradients: UnsafeMutablePointer<Float>?
  ) throws {
    do {
      try reward.evaluate(
        RewardBatch(
          count: block.count, dimensions: plan.dimensions, states: points, variance: variance,
          values: scratch.rewardValues, gradients: gradients ?? scratch.unreadGradients!,
          workspace: scratch.rewardWorkspace))
    } catch {
      throw RunError.modelFailed(
        source: "the reward", step: step, time: plan.path.times[step], reason: "\(error)")
    }
    for row in 0..<block.count {
      let value = scratch.rewardValues[row]
      // −∞ is a reward that forbids a state.
      guard !value.isNaN, value < .infinity else {
        throw RunError.notFinite(
          source: "the reward", step: step, time: plan.path.times[step], particle: block.start + row)
      }
      // 0 · −∞ would be NaN: a reward that is not yet switched on forbids nothing.
      scratch.rewards[row] = plan.rewardScales[step] == 0 ? 0 : plan.rewardScales[step] * value
    }
  }

  /// The rate of every particle and its radial feature, from what `evaluateModels` and `evaluateReward` left.
  func composeRates(_ block: Block, at step: Int) {
    guard let rates = state.rates, let features = state.features else { return }
    let d = plan.dimensions
    let offset = block.start * d
    let gradients = state.gradients.map { $0 + offset }
    fk_rates(
      block.count, d, Double(plan.intrinsicDimensions), plan.path.levels[step], state.states + offset,
      state.scores + offset, gradients, scratch.squares, rates + block.start, features + block.start)
    for (index, term) in plan.terms.enumerated() where term.exponentSlope != 0 && plan.usesTermLogDensities {
      let logDensities = state.termLogDensities[index] + block.start
      for row in 0..<block.count { rates[block.start + row] += term.exponentSlope * logDensities[row] }
    }
    if let gradients { addRewardRate(block, at: step, gradients: gradients, rates: rates + block.start) }
  }

  /// `∂_u r_u = λ' r + λ ⟨∇_x r, y⟩ dα/du`.
  private func addRewardRate(
    _ block: Block, at step: Int, gradients: UnsafeMutablePointer<Float>, rates: UnsafeMutablePointer<Double>
  ) {
    let d = plan.dimensions
    let states = state.states + block.start * d
    let relativeSlope = plan.path.signalSlopes[step] / plan.path.signals[step]
    for row in 0..<block.count {
      rates[row] += plan.rewardScaleSlope * scratch.rewardValues[row]
      if relativeSlope != 0 {
        var product = 0.0
        for j in row * d..<(row + 1) * d { product += Double(gradients[j]) * Double(states[j]) }
        rates[row] += relativeSlope * product
      }
    }
  }
}
