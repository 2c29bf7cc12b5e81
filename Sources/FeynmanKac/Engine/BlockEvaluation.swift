internal import CKernels
import Foundation

/// Asks the models and the reward about the particles of one block.
struct BlockEvaluation {
  let plan: RunPlan
  let state: ParticleState
  let scratch: BlockScratch

  /// Composes `S`, and what the weights need, at the particles' states.
  ///
  /// - Parameters:
  ///   - step: The level of the path, 0 to `steps`.
  ///   - logDensitySum: Where to write `Σ aᵢ log qᵢ(y)`, `[rows]`; nil where it is not needed.
  func evaluateModels(_ block: Block, at step: Int, logDensitySum: UnsafeMutablePointer<Double>?) throws {
    try composeScores(
      of: state.states + block.start * plan.dimensions, block, at: step,
      into: state.scores + block.start * plan.dimensions, logDensitySum: logDensitySum, storesTerms: true)
  }

  /// As `evaluateModels`, for any states, and without touching what is stored for single terms.
  func composeScores(
    of states: UnsafeMutablePointer<Float>, _ block: Block, at step: Int,
    into scores: UnsafeMutablePointer<Float>, logDensitySum: UnsafeMutablePointer<Double>? = nil,
    storesTerms: Bool = false
  ) throws {
    let d = plan.dimensions
    let rows = block.count
    let offset = block.start * d
    if let logDensitySum { for row in 0..<rows { logDensitySum[row] = 0 } }
    for (index, term) in plan.terms.enumerated() {
      let point = term.points[step]
      let ownScores: UnsafeMutablePointer<Float> =
        if storesTerms && plan.usesTermScores { state.termScores[index] + offset } else {
          // The first term's scores are scaled in place.
          index == 0 ? scores : scratch.scores
        }
      let storesDensity = storesTerms && plan.usesTermLogDensities && term.model.hasLogDensity
      let logDensities: UnsafeMutablePointer<Double>? =
        if storesDensity && term.exponentSlope != 0 { state.termLogDensities[index] + block.start } else {
          logDensitySum == nil ? nil : scratch.logDensities
        }
      let inputs = scaled(states, by: point.signal, count: rows * d)
      do {
        try term.model.evaluate(
          ScoreBatch(
            count: rows, dimensions: d, states: inputs, scores: ownScores, logDensities: logDensities,
            workspace: scratch.workspace),
          at: point)
      } catch {
        throw RunError.modelFailed(
          source: "model '\(term.name)'", step: step, time: plan.path.times[step], reason: "\(error)")
      }
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
      fk_add_term(
        rows, d, ownScores, scale, term.exponents[step], index == 0 ? 1 : 0, scores,
        plan.usesRates && storesTerms ? scratch.squares : nil)
      if let logDensitySum, let logDensities {
        for row in 0..<rows { logDensitySum[row] += term.exponents[step] * logDensities[row] }
      }
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
  /// `scratch.residuals`.
  func evaluateReward(
    of states: UnsafeMutablePointer<Float>, _ block: Block, at step: Int,
    gradients: UnsafeMutablePointer<Float>?
  ) throws {
    guard let reward = plan.reward else { return }
    let count = block.count * plan.dimensions
    let signal = plan.path.signals[step]
    let inputs = scaled(states, by: signal, count: count)
    do {
      try reward.evaluate(
        RewardBatch(
          count: block.count, dimensions: plan.dimensions, states: inputs, values: scratch.residuals,
          gradients: gradients ?? scratch.scores))
    } catch {
      throw RunError.modelFailed(
        source: "the reward", step: step, time: plan.path.times[step], reason: "\(error)")
    }
    for row in 0..<block.count {
      let value = scratch.residuals[row]
      // −∞ is a reward that forbids a state.
      guard !value.isNaN, value < .infinity else {
        throw RunError.notFinite(
          source: "the reward", step: step, time: plan.path.times[step], particle: block.start + row)
      }
      // 0 · −∞ would be NaN: a reward that is not yet switched on forbids nothing.
      scratch.rewards[row] = plan.rewardScales[step] == 0 ? 0 : plan.rewardScales[step] * value
    }
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
      rates[row] += plan.rewardScaleSlope * scratch.residuals[row]
      if relativeSlope != 0 {
        var product = 0.0
        for j in row * d..<(row + 1) * d { product += Double(gradients[j]) * Double(states[j]) }
        rates[row] += relativeSlope * product
      }
    }
  }
}
