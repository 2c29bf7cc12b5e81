internal import CKernels
import Foundation

/// What the log-weights of a block gain in a step, for each correction.
final class WeightIncrements {
  let plan: RunPlan
  let state: ParticleState
  let scratch: BlockScratch

  init(plan: RunPlan, state: ParticleState, scratch: BlockScratch) {
    self.plan = plan
    self.state = state
    self.scratch = scratch
  }

  private func kernels(of block: Block) -> KernelDensities {
    KernelDensities(plan: plan, state: state, scratch: scratch, block: block)
  }

  /// The part that belongs to the step's start, before the particles move: `½Δ` times the rate there (`Δ` for the
  /// Euler–Maruyama scheme, which the paper pairs with a left-point sum), or minus what the ratio leaves behind.
  func addStart(_ block: Block, _ island: DiffusionIsland, _ numbers: StepNumbers) {
    let increments = scratch.increments[block]
    increments.fill(0)
    switch plan.correction {
    case .none: break
    case .feynmanKac:
      addRates(block, island, factor: (plan.scheme == .eulerMaruyama ? 1 : 0.5) * numbers.length)
    case .kernelRatio: addExponentChange(block, numbers)
    case .densityRatio:
      guard let logDensities = state.logDensities?[block] else { break }
      for row in 0..<block.count { increments[row] -= logDensities[row] }
    }
    addRewards(block, factor: -1, from: state.rewards?[block])
  }

  /// The part that belongs to the step's end, after the models were asked there.
  func addEnd(_ block: Block, _ island: DiffusionIsland, _ numbers: StepNumbers, step: Int) {
    let increments = scratch.increments[block]
    switch plan.correction {
    case .none: break
    case .feynmanKac:
      if plan.scheme != .eulerMaruyama { addRates(block, island, factor: 0.5 * numbers.length) }
    case .kernelRatio:
      addExponentChange(block, numbers)
      for (index, term) in plan.terms.enumerated() {
        let exponent = 0.5 * (term.exponents[step] + term.exponents[step + 1])
        kernels(of: block).addOwnRatio(term: index, numbers, factor: exponent, to: increments)
      }
      addKernels(block, island, numbers)
    case .densityRatio:
      guard let logDensities = state.logDensities?[block] else { break }
      for row in 0..<block.count { increments[row] += logDensities[row] }
      addKernels(block, island, numbers)
    }
    if let rewards = state.rewards?[block] {
      rewards.copy(from: scratch.rewards[block])
      addRewards(block, factor: 1, from: rewards)
    }
  }

  /// Start and end in one pass, where `plan.weighsByRates`: writes the rates of the new states, and returns the first row
  /// whose log-weight they make NaN or infinite, or the number of rows.
  func addRates(_ block: Block, _ island: DiffusionIsland, _ numbers: StepNumbers, step: Int) -> Int {
    guard let rates = state.rates?[block], let features = state.features?[block] else { return block.count }
    return fk_weigh(
      block.count, plan.dimensions, Double(plan.intrinsicDimensions), plan.path.levels[step + 1],
      state.states[block].base, state.scores[block].base, scratch.squares[block].base, 0.5 * numbers.length,
      island.control.slope, rates.base, features.base, state.logWeights[block].base)
  }

  /// Carries `log qᵢ` from the start to the end of the step for models that do not know it.
  func advanceLogDensities(_ block: Block, _ numbers: StepNumbers) {
    guard plan.accumulatesLogDensities else { return }
    for (index, term) in plan.terms.enumerated() where term.exponentSlope != 0 && !term.model.hasLogDensity {
      let sums = state.termLogDensities[index][block]
      if plan.scheme.isExponential {
        kernels(of: block).addOwnRatio(term: index, numbers, factor: 1, to: sums)
      } else {
        kernels(of: block).addItoIncrement(term: index, numbers, to: sums)
      }
    }
  }

  /// `factor · (rate + θ F + ⟨b, S + ∇r⟩)`.
  private func addRates(_ block: Block, _ island: DiffusionIsland, factor: Double) {
    guard let rates = state.rates?[block], let features = state.features?[block] else { return }
    let increments = scratch.increments[block]
    fk_add_rates(
      block.count, factor, island.control.slope, rates.base, features.base, increments.base)
    guard let offset = island.control.offset else { return }
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
  }

  private func addKernels(_ block: Block, _ island: DiffusionIsland, _ numbers: StepNumbers) {
    let kernels = kernels(of: block)
    let increments = scratch.increments[block]
    kernels.addReversal(island, noiseScale: numbers.noiseScale.middle, factor: 1, to: increments)
    kernels.addMove(island, factor: -1, to: increments)
  }

  /// `½ Σ (aᵢ' − aᵢ) log qᵢ` at one end of the step.
  private func addExponentChange(_ block: Block, _ numbers: StepNumbers) {
    guard plan.usesTermLogDensities else { return }
    let increments = scratch.increments[block]
    for (index, term) in plan.terms.enumerated() where term.exponentSlope != 0 {
      let factor = 0.5 * term.exponentSlope * numbers.length
      let logDensities = state.termLogDensities[index][block]
      for row in 0..<block.count { increments[row] += factor * logDensities[row] }
    }
  }

  private func addRewards(_ block: Block, factor: Double, from rewards: Rows<Double>?) {
    guard let rewards else { return }
    let increments = scratch.increments[block]
    for row in 0..<block.count {
      // A particle that the reward forbade stays forbidden; −∞ + ∞ would be NaN.
      if rewards[row] == -.infinity && factor < 0 { continue }
      increments[row] += factor * rewards[row]
    }
  }
}
