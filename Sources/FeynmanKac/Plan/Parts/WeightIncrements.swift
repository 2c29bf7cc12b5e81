internal import CKernels

/// What the log-weights of one thread's blocks gain in a step. Each correction has its own in the same file; this one adds
/// what all have: the rates of the new states, and rewards that enter by their difference.
///
/// A class, so that a block costs one call through a table, and no reference is counted for it.
class WeightIncrements {
  let plan: RunPlan
  let state: ParticleState
  let scratch: BlockScratch

  init(_ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch) {
    self.plan = plan
    self.state = state
    self.scratch = scratch
  }

  // MARK: A step

  /// Writes the part that belongs to the step's start to `scratch.increments`, before the particles move.
  func begin(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {
    scratch.increments[block].fill(0)
    addStart(block, island, numbers, step: step)
    addRewards(block, factor: -1, from: state.rewards?[block])
  }

  /// Adds the part that belongs to the step's end, after the models were asked there, and all of it to the log-weights.
  ///
  /// - Returns: The first row whose log-weight became NaN or infinite, or the number of rows.
  func end(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) -> Int {
    composeRates(block, at: step + 1)
    addEnd(block, island, numbers, step: step)
    if let rewards = state.rewards?[block] {
      rewards.copy(from: scratch.rewards[block])
      addRewards(block, factor: 1, from: rewards)
    }
    turn(block, at: step + 1)
    return fk_accumulate(block.count, scratch.increments[block].base, state.logWeights[block].base)
  }

  /// Adds to `scratch.increments` what a correction takes from the start of a step.
  func addStart(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {}

  /// Adds to `scratch.increments` what a correction takes from the end of a step.
  func addEnd(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {}

  private func addRewards(_ block: Block, factor: Double, from rewards: Rows<Double>?) {
    guard let rewards else { return }
    let increments = scratch.increments[block]
    for row in 0..<block.count {
      // A particle that the reward forbade stays forbidden; −∞ + ∞ would be NaN.
      if rewards[row] == -.infinity && factor < 0 { continue }
      increments[row] += factor * rewards[row]
    }
  }

  /// Makes what weights are made of at a step's start, once more where particles have moved at a level.
  final func renew(_ block: Block, at level: Int) {
    composeRates(block, at: level)
    state.rewards?[block].copy(from: scratch.rewards[block])
    turn(block, at: level)
  }

  // MARK: - Rates

  /// Writes the rate of every particle and its radial feature, from what the models and the reward said last.
  final func composeRates(_ block: Block, at step: Int) {
    guard let rates = state.rates?[block], let features = state.features?[block] else { return }
    let gradients = state.gradients?[block]
    fk_rates(
      block.count, plan.dimensions, Double(plan.intrinsicDimensions), plan.path.levels[step],
      state.states[block].base, state.scores[block].base, gradients?.base, scratch.squares[block].base,
      rates.base, features.base)
    if plan.needs.contains(.termLogDensities) {
      for (index, term) in plan.terms.enumerated() {
        addExponentRate(index, slope: term.exponentSlope(in: max(0, step - 1)), block, to: rates)
      }
    }
    if let gradients { addRewardRate(block, at: step, gradients: gradients, rates: rates) }
  }

  /// Makes the rates at the end of a step those of the next one's start, where exponents move otherwise.
  private func turn(_ block: Block, at level: Int) {
    guard plan.needs.contains(.termLogDensities), level < plan.steps, let rates = state.rates?[block] else {
      return
    }
    for (index, term) in plan.terms.enumerated() {
      let change = term.exponentSlope(in: level) - term.exponentSlope(in: level - 1)
      addExponentRate(index, slope: change, block, to: rates)
    }
  }

  private func addExponentRate(_ index: Int, slope: Double, _ block: Block, to rates: Rows<Double>) {
    guard slope != 0 else { return }
    let logDensities = state.termLogDensities[index][block]
    for row in 0..<block.count { rates[row] += slope * logDensities[row] }
  }

  /// Adds `factor · (rate + Σ θⱼ Hⱼ + Σ θₘ Pₘ + ⟨b, S + ∇r⟩)` to `scratch.increments`.
  final func addRates(_ block: Block, _ island: FoldStep, factor: Double) {
    guard let rates = state.rates?[block], let features = state.features?[block] else { return }
    let increments = scratch.increments[block]
    fk_add_rates(
      block.count, factor, island.control.slope, rates.base, features.base, increments.base)
    guard var offset = island.control.offset else { return }
    if let potentials = state.scoreControl?.potentials[block] {
      let bases = potentials.width
      for row in 0..<block.count {
        for basis in 0..<bases {
          increments[row] += factor * offset[basis] * potentials[row * bases + basis]
        }
      }
      guard plan.fitsOffset else { return }
      offset += bases
    }
    let d = plan.dimensions
    let scores = state.scores[block]
    let gradients = state.gradients?[block]
    for row in 0..<block.count {
      let at = row * d
      var product = 0.0
      for j in 0..<d { product += offset[j] * Double(scores[at + j]) }
      if let gradients {
        for j in 0..<d { product += offset[j] * Double(gradients[at + j]) }
      }
      increments[row] += factor * product
    }
    guard island.control.isStretched, let stretch = island.control.stretch else { return }
    let states = state.states[block]
    for row in 0..<block.count {
      let at = row * d
      var product = 0.0
      for j in 0..<d { product += stretch[j] * (1 + Double(states[at + j]) * Double(scores[at + j])) }
      if let gradients {
        for j in 0..<d { product += stretch[j] * (Double(states[at + j]) * Double(gradients[at + j])) }
      }
      increments[row] += factor * product
    }
  }

  /// `∂_u r_u = λ' r + λ ⟨∇_x r, y⟩ dα/du`.
  private func addRewardRate(_ block: Block, at step: Int, gradients: Rows<Float>, rates: Rows<Double>) {
    let d = plan.dimensions
    let states = state.states[block]
    let values = scratch.rewardValues[block]
    let relativeSlope = plan.path.signalSlopes[step] / plan.path.signals[step]
    for row in 0..<block.count {
      rates[row] += plan.rewardScaleSlope * values[row]
      if relativeSlope != 0 {
        var product = 0.0
        for j in row * d..<(row + 1) * d { product += Double(gradients[j]) * Double(states[j]) }
        rates[row] += relativeSlope * product
      }
    }
  }
}
