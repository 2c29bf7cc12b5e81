internal import CKernels
import Libc

/// The Gaussian log-densities of a step and of its reversal, between the stored start of a step and its end.
///
/// All are conditional on the step before, which a multistep scheme extrapolates from.
struct KernelDensities {
  let plan: RunPlan
  let state: ParticleState
  let scratch: BlockScratch
  let block: Block

  /// Both ends of the step, and what the models say there.
  private let start: StepStart
  private let ends: Rows<Float>
  private let residuals: Rows<Double>

  /// - Precondition: The plan keeps the start of steps.
  init(plan: RunPlan, state: ParticleState, scratch: BlockScratch, block: Block) {
    self.plan = plan
    self.state = state
    self.scratch = scratch
    self.block = block
    start = scratch.start!
    ends = state.states[block]
    residuals = scratch.residuals[block]
  }

  /// Adds `log B(y|y') − log M(y'|y)` of the target.
  func addReversalOverMove(_ island: FoldStep, _ numbers: StepNumbers, to sums: Rows<Double>) {
    addReversal(island, noiseScale: numbers.noiseScale.middle, factor: 1, to: sums)
    addMove(island, factor: -1, to: sums)
  }

  /// Adds `factor · log M(y'|y)` of the target's own step.
  private func addMove(_ island: FoldStep, factor: Double, to sums: Rows<Double>) {
    var affine = island.move.affine
    fk_affine_residuals(
      block.count, plan.dimensions, ends.base, start.states[block].base, start.scores[block].base,
      start.gradients?[block].base, start.points?[block].base, island.offsets, &affine, residuals.base)
    addLogDensity(variance: island.move.variance, factor: factor, to: sums)
  }

  /// Adds `factor · log B(y|y')` of the target's reversal.
  ///
  /// - Parameter noiseScale: `c` of the step.
  private func addReversal(_ island: FoldStep, noiseScale: Double, factor: Double, to sums: Rows<Double>) {
    var affine = island.reversal.affine
    var gradients = state.gradients?[block]
    if let turned = scratch.turned {
      // The reversal of a move whose drift is not that of S has the drift −½(1+c²)vS̃ + c²vS in rising log v; the part
      // that differs enters like a reward's gradient.
      let share = Float((1 + noiseScale * noiseScale) / (noiseScale * noiseScale))
      let (own, pull) = (turned.pull[block], turned.reversalPull[block])
      for i in 0..<pull.values { pull[i] = (gradients?[i] ?? 0) - share * own[i] }
      gradients = pull
    }
    fk_affine_residuals(
      block.count, plan.dimensions, start.states[block].base, ends.base,
      (scratch.turned?.plain[block] ?? state.scores[block]).base, gradients?.base, nil,
      island.reversalOffsets,
      &affine, residuals.base)
    addLogDensity(variance: island.reversal.variance, factor: factor, to: sums)
  }

  /// Adds `factor · [log mᵢ(y'|y) − log bᵢ(y|y')]`, the step that model `i` alone would take and its reversal: an
  /// estimate of `log qᵢ(y')/qᵢ(y)`.
  func addOwnRatio(term: Int, _ numbers: StepNumbers, factor: Double, to sums: Rows<Double>) {
    let alone = StepNumbers(
      length: numbers.length, previousLength: nil, level: numbers.level, nextLevel: numbers.nextLevel,
      exponentSum: (1, 1, 1), noiseScale: numbers.noiseScale)
    var move = Move.exponential(alone, slope: 0, extrapolation: 0)
    fk_affine_residuals(
      block.count, plan.dimensions, ends.base, start.states[block].base, start.termScores[term][block].base,
      nil,
      nil, nil, &move.affine, residuals.base)
    addLogDensity(variance: move.variance, factor: factor, to: sums)
    var reversal = Move.exponentialReversal(alone, slope: 0)
    fk_affine_residuals(
      block.count, plan.dimensions, start.states[block].base, ends.base, state.termScores[term][block].base,
      nil,
      nil, nil, &reversal.affine, residuals.base)
    addLogDensity(variance: reversal.variance, factor: -factor, to: sums)
  }

  private func addLogDensity(variance: Double, factor: Double, to sums: Rows<Double>) {
    let constant = 0.5 * Double(plan.intrinsicDimensions) * log(2 * Double.pi * variance)
    for row in 0..<block.count {
      sums[row] -= factor * (0.5 * residuals[row] / variance + constant)
    }
  }
}
