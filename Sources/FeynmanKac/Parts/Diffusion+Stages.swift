internal import CKernels
import Libc

// The way of a block to the next level, stage by stage: alone where it asks the models by itself, else with all others.

extension Diffusion {
  func begin(_ block: Block, _ worker: DiffusionWorker) throws { try bring(block, to: 0, worker(block)) }

  func advance(_ block: Block, from step: Int, _ worker: DiffusionWorker) throws {
    try bring(block, to: step + 1, worker(block))
  }

  func begin(in passes: some ParticlePasses<DiffusionWorker>) throws {
    guard let batches else { return try passes.arrive(begin) }
    try bring(to: 0, batches, in: passes)
  }

  func advance(from step: Int, in passes: some ParticlePasses<DiffusionWorker>) throws {
    guard let batches else {
      return try passes.arrive { block, worker in try advance(block, from: step, worker) }
    }
    try bring(to: step + 1, batches, in: passes)
  }

  /// Brings one block to a level by itself.
  private func bring(_ block: Block, to level: Int, _ worker: BlockWorker) throws {
    var stage = StepStage.first(to: level)
    while true {
      try pass(stage, block, to: level, worker)
      guard let next = plan.stage(after: stage, to: level) else { break }
      stage = next
    }
    try weigh(block, at: level, worker)
  }

  /// Brings all blocks to a level stage by stage, and asks between them.
  private func bring(
    to level: Int, _ batches: ModelBatches, in passes: some ParticlePasses<DiffusionWorker>
  ) throws {
    var stage = StepStage.first(to: level)
    while let next = plan.stage(after: stage, to: level) {
      try passes.overBlocks { block, worker in try pass(stage, block, to: level, worker(block)) }
      try batches.ask(at: level, for: next, in: passes) { islands[$0].alignment.lastStep != nil }
      stage = next
    }
    try passes.arrive { block, worker in
      let worker = worker(block)
      try pass(stage, block, to: level, worker)
      try weigh(block, at: level, worker)
    }
  }

  private func pass(_ stage: StepStage, _ block: Block, to level: Int, _ worker: BlockWorker) throws {
    switch stage {
    case .draw:
      drawNormals(block, worker.scratch, step: 0)
      initial.draw(block, state, worker.scratch)
      worker.evaluation.ask(at: state.states[block], block, level: 0)
    case .move: move(block, worker, step: level - 1)
    case .correct:
      if let drift = steps[plan.fold(of: block)].secondDrift, let columns = worker.scratch.secondDrift {
        try worker.evaluation.add(drift, columns, block, at: level - 1)
      }
      land(block, worker, at: level)
    case .arrive:
      try worker.evaluation.evaluateModels(
        block, at: level, logDensitySum: logDensities(block, worker.scratch, at: level))
      if let control = worker.scoreControl, !plan.probes(at: level) { control.rest(block, state, at: level) }
      alignment?.end(block, islands[block.island].alignment, state)
      try worker.evaluation.evaluateReward(
        of: state.states[block], block, at: level, gradients: askedGradients(block, at: level))
    case .carryBack: try worker.evaluation.carryBack(block, at: level)
    case .probe:
      if let columns = worker.scratch.scoreControl { worker.scoreControl?.begin(block, columns) }
      try worker.evaluation.askProbes(block, at: level) { term, scores in
        if let columns = worker.scratch.scoreControl {
          worker.scoreControl?.add(term, scores, block, columns, at: level)
        }
        worker.carriedLogDensities?.measure(term, scores, block, state, worker.scratch, at: level)
      }
      worker.scoreControl?.measure(
        block, steps[plan.fold(of: block)], state, worker.scratch, worker.evaluation.thread, at: level)
    }
    if plan.probes(at: level), plan.stage(after: stage, to: level) == .probe {
      worker.evaluation.displaceByProbes(block, seed: streams.seed, at: level)
    }
  }

  /// Where `Σ aᵢ log qᵢ` of a block goes; nil where nobody needs it.
  private func logDensities(_ block: Block, _ scratch: BlockScratch, at level: Int) -> Rows<Double>? {
    state.logDensities?[block] ?? (level == 0 ? scratch.startLogDensities?[block] : nil)
  }

  /// Moves a block's particles as its island's step says.
  private func move(_ block: Block, _ worker: BlockWorker, step: Int) {
    let scratch = worker.scratch
    let own = steps[plan.fold(of: block)]
    worker.weights?.begin(block, own, numbers, step: step)
    scratch.start?.keep(block, state)
    curvature?.begin(block, state, scratch)
    drawNormals(block, scratch, step: step + 1)
    response?.begin(block, plan, state, scratch, at: step)
    worker.evaluation.skipsUnconditional = islands[block.island].alignment.lastStep != nil

    let states = state.states[block]
    var affine = own.move.affine
    let (scores, gradients, points) = (state.scores[block], state.gradients?[block], state.points?[block])
    var deviations: UnsafePointer<Float>?
    if let control = worker.scoreControl, let pull = own.scores, let columns = scratch.scoreControl {
      control.pull(block, pull, numbers, state, columns, at: step)
      fk_affine_step(
        block.count, plan.dimensions, states.base, columns.pulls[block].base, nil, nil, own.offsets,
        scratch.normals[block].base, &affine)
    } else if own.control.isStretched, var columns = own.coordinates?.columns {
      deviations = columns.deviation
      fk_coordinate_step(
        block.count, plan.dimensions, states.base, scores.base, gradients?.base, points?.base, own.offsets,
        scratch.normals[block].base, &affine, &columns)
    } else {
      fk_affine_step(
        block.count, plan.dimensions, states.base, scores.base, gradients?.base, points?.base, own.offsets,
        scratch.normals[block].base, &affine)
    }
    if let twists = state.twists {
      worker.evaluation.steer(
        states, by: twists[block], variance: own.move.variance, ofCoordinates: deviations, block)
    }
    if let columns = scratch.secondDrift {
      worker.evaluation.predict(columns, block, at: step)
    } else {
      land(block, worker, at: step + 1)
    }
  }

  /// Where a block's particles have come to, the models are asked.
  private func land(_ block: Block, _ worker: BlockWorker, at level: Int) {
    let states = state.states[block]
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, states.base) }
    worker.evaluation.ask(at: states, block, level: level)
  }

  /// Weighs a block's particles by what was said where they are.
  private func weigh(_ block: Block, at level: Int, _ worker: BlockWorker) throws {
    failed?.count(
      block, state, logSum: level == 0 ? log(Double(plan.islandParticles)) : islands[block.island].logSum)
    try weighAll(block, at: level, worker)
    failed?.drop(block, state)
  }

  private func weighAll(_ block: Block, at level: Int, _ worker: BlockWorker) throws {
    let scratch = worker.scratch
    if level > 0 { curvature?.end(block, plan, state, scratch, step: level - 1) }
    response?.end(block, plan, state, scratch, at: level)
    prepareMoves(block, scratch, at: level)
    guard level > 0 else {
      initial.weigh(block, state, scratch, logDensities: logDensities(block, scratch, at: 0))
      worker.carriedLogDensities?.begin(block, state, scratch)
      worker.weights?.composeRates(block, at: 0)
      return
    }
    let own = steps[plan.fold(of: block)]
    worker.carriedLogDensities?.end(block, state, scratch, numbers, at: level, variance: own.move.variance)
    guard let weights = worker.weights else { return }
    let weighed = weights.end(block, own, numbers, step: level - 1)
    guard weighed == block.count else {
      throw RunError.notFinite(
        source: "the log-weight rate", step: level, time: plan.path.times[level],
        particle: block.startOfAll + weighed)
    }
  }

  /// Writes a block's normals to scratch memory and keeps them where a coarser run needs them.
  private func drawNormals(_ block: Block, _ scratch: BlockScratch, step: Int) {
    let normals = scratch.normals[block]
    if let givenNormals { return normals.copy(from: givenNormals[block]) }
    streams.fillNormals(normals.buffer, island: block.island, block: block.index, step: step)
    guard let kept = state.keptNoise?[block] else { return }
    let coupling = steps[plan.fold(of: block)].coupling
    let (old, new) = (Float(coupling.kept), Float(coupling.new))
    for i in 0..<normals.values { kept[i] = old * kept[i] + new * normals[i] }
  }
}
