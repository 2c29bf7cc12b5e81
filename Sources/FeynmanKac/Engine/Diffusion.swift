internal import CKernels
import Foundation

/// The weighted reverse SDE as a model of the engine: moves particles along the path, asks the models about them and
/// weighs them.
///
/// Unchecked: within a pass every thread writes what belongs to its own block or island, and passes follow one another.
final class Diffusion: ParticleModel, @unchecked Sendable {
  let plan: RunPlan
  let state: ParticleState
  let streams: RandomStreams
  let scratch: [BlockScratch]
  let sums: BlockSums
  let islands: UnsafeMutableBufferPointer<DiffusionIsland>
  private let fits: [Rows<Double>]
  private let initial: InitialDistribution
  /// Normals in place of the streams', `[N, d]`, for the coarser of two coupled runs.
  private let givenNormals: Column<Float>?
  /// No step has any noise. Kept, because every step's report asks.
  let isNoiseless: Bool
  /// The most that the reward's curvature has taken of a step's noise variance so far, no unit.
  var stiffness = 0.0
  /// The numbers of the step that is being made.
  private var numbers: StepNumbers

  init(
    _ plan: RunPlan, _ memory: DiffusionMemory, streams: RandomStreams, givenNormals: Column<Float>? = nil
  ) {
    self.plan = plan
    self.streams = streams
    self.givenNormals = givenNormals
    state = memory.state
    scratch = memory.scratch
    sums = memory.sums
    fits = memory.fits
    initial = InitialDistribution(plan)
    isNoiseless = plan.noiseScaleMaximum == 0
    numbers = plan.numbers(ofStep: 0)
    islands = .allocate(capacity: plan.islands)
    _ = islands.initialize(from: memory.islands)
  }

  deinit { islands.deallocate() }

  func makeWorker(thread: Int) -> BlockWorker {
    BlockWorker(plan: plan, state: state, scratch: scratch[thread])
  }

  var initialLogNormalizer: Double { initial.logNormalizer }

  func begin(_ block: Block, _ worker: BlockWorker) throws {
    let scratch = worker.scratch
    let evaluation = worker.evaluation
    drawNormals(block, scratch, step: 0)
    initial.draw(block, state, scratch)
    let logDensities = state.logDensities?[block] ?? scratch.startLogDensities?[block]
    try evaluation.evaluateModels(block, at: 0, logDensitySum: logDensities)
    measureAlignment(block, evaluation)
    try evaluation.evaluateReward(of: state.states[block], block, at: 0, gradients: state.gradients?[block])
    addResponse(of: block, scratch, at: 0)
    initial.weigh(block, state, scratch, logDensities: logDensities)
    evaluation.composeRates(block, at: 0)
  }

  func willAdvance(_ step: Int) {
    numbers = plan.numbers(ofStep: step)
    for island in islands.indices {
      moveResponseOn(ofIsland: island, to: step + 1, measuredAt: step)
      prepareMove(&islands[island], numbers, step: step)
    }
  }

  func didReach(_ level: Int) {
    guard level > 0 else {
      for island in islands.indices {
        measureResponse(ofIsland: island, deviation: initial.deviation)
        moveResponseOn(ofIsland: island, to: 0, measuredAt: 0)
      }
      return
    }
    for island in islands.indices {
      measureResponse(ofIsland: island, deviation: islands[island].move.variance.squareRoot())
    }
    noteStiffness()
  }

  func advance(_ block: Block, from step: Int, _ worker: BlockWorker) throws {
    let scratch = worker.scratch
    let evaluation = worker.evaluation
    let weights = worker.weights
    let island = islands[block.island]
    let states = state.states[block]
    let gradients = state.gradients?[block]
    evaluation.skipsUnconditional = island.alignedStep != nil
    if plan.carriesWeights && !plan.weighsByRates { weights.addStart(block, island, numbers) }
    scratch.start?.keep(block, state)

    if let former = scratch.formerGradients, let gradients { former[block].copy(from: gradients) }
    drawNormals(block, scratch, step: step + 1)
    startResponse(of: block, scratch, at: step)
    var affine = island.move.affine
    fk_affine_step(
      block.count, plan.dimensions, states.base, state.scores[block].base, gradients?.base,
      state.points?[block].base, island.offsets, scratch.normals[block].base, &affine)
    if let twists = state.twists {
      evaluation.steer(states, by: twists[block], variance: island.move.variance, block)
    }
    try scratch.heun?.correct(block, evaluation, slope: island.control.slope, step: step, numbers)
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, states.base) }

    try evaluation.evaluateModels(block, at: step + 1, logDensitySum: state.logDensities?[block])
    measureAlignment(block, evaluation)
    try evaluation.evaluateReward(of: states, block, at: step + 1, gradients: gradients)
    measureCurvature(of: block, scratch, step: step)
    addResponse(of: block, scratch, at: step + 1)
    guard plan.carriesWeights else { return }
    if plan.weighsByRates {
      try check(weights.addRates(block, island, numbers, step: step), block, step: step + 1)
    } else {
      weights.advanceLogDensities(block, numbers)
      evaluation.composeRates(block, at: step + 1)
      weights.addEnd(block, island, numbers, step: step)
      let weighed = fk_accumulate(
        block.count, scratch.increments[block].base, state.logWeights[block].base)
      try check(weighed, block, step: step + 1)
    }
  }

  /// Writes a block's normals to scratch memory and keeps them where a coarser run needs them.
  private func drawNormals(_ block: Block, _ scratch: BlockScratch, step: Int) {
    let normals = scratch.normals[block]
    if let givenNormals { return normals.copy(from: givenNormals[block]) }
    streams.fillNormals(normals.buffer, island: block.island, block: block.index, step: step)
    guard let kept = state.keptNoise?[block] else { return }
    let pairing = islands[block.island].pairing
    let (old, new) = (Float(pairing.kept), Float(pairing.new))
    for i in 0..<normals.values { kept[i] = old * kept[i] + new * normals[i] }
  }

  /// - Parameter weighed: How many of the block's rows gained a finite log-weight, or −∞.
  private func check(_ weighed: Int, _ block: Block, step: Int) throws {
    guard weighed == block.count else {
      throw RunError.notFinite(
        source: "the log-weight rate", step: step, time: plan.path.times[step],
        particle: block.start + weighed)
    }
  }

  func summarize(_ block: Block, _ logWeights: Rows<Double>, thread: Int, into moments: Rows<Double>) {
    let usesControl = plan.control != .none
    let rates = usesControl ? state.rates?[block].base : nil
    let features = usesControl ? state.features?[block].base : nil
    fk_weight_moments(block.count, logWeights.base, rates, features, moments.base)
    guard let products = sums.products, let highest = sums.highest, let rates, let features else { return }
    highest[block][0] = moments[0]
    fk_control_products(
      block.count, plan.dimensions, logWeights.base, moments[0], rates, features, state.scores[block].base,
      state.gradients?[block].base, scratch[thread].featureRow, products[block].base)
  }

  // MARK: - Islands

  private func prepareMove(_ island: inout DiffusionIsland, _ numbers: StepNumbers, step: Int) {
    let variance = island.move.variance
    island.move = Move(plan.scheme, numbers, slope: island.control.slope, response: island.response)
    if plan.role == .finer { island.pairing = pairing(of: island, after: variance, numbers, step: step) }
    if plan.usesKernels {
      island.reversal = Move.exponentialReversal(numbers, slope: island.control.slope)
    }
    guard let offset = island.control.offset else { return }
    for j in 0..<plan.dimensions {
      island.offsets?[j] = Float(island.move.offsetFactor * offset[j])
      island.reversalOffsets?[j] = Float(island.reversal.offsetFactor * offset[j])
    }
  }

  func willSettle(_ island: Int, at level: Int) { decideAlignment(island, step: level) }

  /// Fits the next control.
  func settle(_ island: Int, _ moments: WeightMoments, slot: Int) {
    switch plan.control {
    case .none: break
    case .radial: islands[island].control.fitRadial(moments)
    case .linear: fitLinear(island, moments, slot: slot)
    }
  }

  private func fitLinear(_ index: Int, _ merged: WeightMoments, slot: Int) {
    guard let blockProducts = sums.products, let blockHighest = sums.highest else { return }
    let products = fits[slot]
    products.fill(0)
    for (own, highest) in zip(blockProducts.ofIsland(index), blockHighest.ofIsland(index)) {
      guard highest[0] > -.infinity else { continue }
      let scale = exp(highest[0] - merged.highest)
      for i in 0..<products.values { products[i] += scale * own[i] }
    }
    islands[index].control.fitLinear(products.base, dimensions: plan.dimensions)
  }
}
