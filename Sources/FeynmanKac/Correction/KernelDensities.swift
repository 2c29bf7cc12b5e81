internal import CKernels
import Foundation

/// The Gaussian log-densities of a step and of its reversal, between the stored start of a step and its end.
///
/// All are conditional on the step before, which a multistep scheme extrapolates from.
struct KernelDensities {
  let plan: RunPlan
  let state: ParticleState
  let scratch: BlockScratch
  let block: Block

  private var d: Int { plan.dimensions }
  private var ends: UnsafeMutablePointer<Float> { state.states + block.start * d }

  /// Adds `factor · log M(y'|y)` of the target's own step.
  func addMove(_ island: IslandState, factor: Double, to sums: UnsafeMutablePointer<Double>) {
    var affine = island.move.affine
    fk_affine_residuals(
      block.count, d, ends, scratch.startStates, scratch.startScores, scratch.startGradients,
      scratch.startPoints, island.offsets, &affine, scratch.residuals)
    addLogDensity(variance: island.move.variance, factor: factor, to: sums)
  }

  /// Adds `factor · log B(y|y')` of the target's reversal.
  ///
  /// - Parameter noiseScale: `c` of the step.
  func addReversal(
    _ island: IslandState, noiseScale: Double, factor: Double, to sums: UnsafeMutablePointer<Double>
  ) {
    var affine = island.reversal.affine
    let offset = block.start * d
    var gradients = state.gradients.map { $0 + offset }
    if let turned = scratch.guidancePull, let pull = scratch.reversalPull {
      // The reversal of a move whose drift is not that of S has the drift −½(1+c²)vS̃ + c²vS in rising log v; the part
      // that differs enters like a reward's gradient.
      let share = Float((1 + noiseScale * noiseScale) / (noiseScale * noiseScale))
      for i in 0..<block.count * d { pull[i] = (gradients?[i] ?? 0) - share * turned[i] }
      gradients = pull
    }
    fk_affine_residuals(
      block.count, d, scratch.startStates, ends, scratch.plainScores ?? (state.scores + offset), gradients,
      nil, island.reversalOffsets, &affine, scratch.residuals)
    addLogDensity(variance: island.reversal.variance, factor: factor, to: sums)
  }

  /// Adds `factor · [log mᵢ(y'|y) − log bᵢ(y|y')]`, the step that model `i` alone would take and its reversal: an
  /// estimate of `log qᵢ(y')/qᵢ(y)`.
  func addOwnRatio(term: Int, _ numbers: StepNumbers, factor: Double, to sums: UnsafeMutablePointer<Double>) {
    let alone = StepNumbers(
      length: numbers.length, previousLength: nil, level: numbers.level, nextLevel: numbers.nextLevel,
      exponentSum: (1, 1, 1), noiseScale: numbers.noiseScale)
    var move = Move.exponential(alone, slope: 0, extrapolation: 0)
    fk_affine_residuals(
      block.count, d, ends, scratch.startStates, scratch.startTermScores[term], nil, nil, nil, &move.affine,
      scratch.residuals)
    addLogDensity(variance: move.variance, factor: factor, to: sums)
    var reversal = Move.exponentialReversal(alone, slope: 0)
    fk_affine_residuals(
      block.count, d, scratch.startStates, ends, state.termScores[term] + block.start * d, nil, nil, nil,
      &reversal.affine, scratch.residuals)
    addLogDensity(variance: reversal.variance, factor: -factor, to: sums)
  }

  /// Adds `d log qᵢ = ⟨sᵢ, dy⟩ − ½ v |sᵢ|² du`, which holds at c = 1 to first order.
  func addItoIncrement(term: Int, _ numbers: StepNumbers, to sums: UnsafeMutablePointer<Double>) {
    let scores = scratch.startTermScores[term]
    for row in 0..<block.count {
      var product = 0.0
      var square = 0.0
      for j in row * d..<(row + 1) * d {
        product += Double(scores[j]) * (Double(ends[j]) - Double(scratch.startStates[j]))
        square += Double(scores[j]) * Double(scores[j])
      }
      sums[row] += product - 0.5 * numbers.level * square * numbers.length
    }
  }

  private func addLogDensity(variance: Double, factor: Double, to sums: UnsafeMutablePointer<Double>) {
    let constant = 0.5 * Double(plan.intrinsicDimensions) * log(2 * Double.pi * variance)
    for row in 0..<block.count {
      sums[row] -= factor * (0.5 * scratch.residuals[row] / variance + constant)
    }
  }
}
