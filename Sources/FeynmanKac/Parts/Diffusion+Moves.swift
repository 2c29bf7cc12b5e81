internal import CKernels
import Libc

// Moves at a level, after its step and resampling: the composed density there stays as it is, and so do log-weights.

extension Diffusion {
  /// Keeps what a block's moves will need of where a step has led.
  func prepareMoves(_ block: Block, _ scratch: BlockScratch, at level: Int) {
    guard let moves else { return }
    state.ownRewards?[block].copy(from: scratch.rewards[block])
    guard plan.moves(at: level) > 0 else { return }
    moves.measure(block, squares: squaredDrift(block, at: level))
  }

  /// `Σ |S + ∇r|²` of a block.
  private func squaredDrift(_ block: Block, at level: Int) -> Double {
    let scores = state.scores[block]
    var sum = fk_inner_product(scores.values, scores.base, scores.base)
    guard let (gradients, factor) = rewardGradients(block, at: level) else { return sum }
    sum += 2 * factor * fk_inner_product(scores.values, scores.base, gradients.base)
    return sum + factor * factor * fk_inner_product(scores.values, gradients.base, gradients.base)
  }

  /// What is a multiple of `∇_y r_u`, and the factor; nil without a reward that has a gradient.
  private func rewardGradients(_ block: Block, at level: Int) -> (Rows<Float>, factor: Double)? {
    if let gradients = state.gradients { return (gradients[block], 1) }
    guard let twists = state.twists, let twist = plan.twist else { return nil }
    // At the end of the path the reward is that of the state; before it the twist is the gradient at a step's mean.
    return (twists[block], level == plan.steps ? 1 : 1 / twist.carries[level])
  }

  /// Makes all moves of a level.
  func rejuvenate(at level: Int, in passes: some ParticlePasses<DiffusionWorker>) throws {
    let count = plan.moves(at: level)
    guard count > 0, let moves else { return }
    try moves.prepare(at: level, with: ranks)
    guard let batches else {
      return try passes.overBlocks { block, worker in
        let worker = worker(block)
        for move in 0..<count {
          propose(move, block, worker, at: level)
          try arrive(block, worker, at: level)
          if plan.carriesBack(at: level) { try worker.evaluation.carryBack(block, at: level) }
          decide(move, of: count, block, worker, at: level)
        }
      }
    }
    for move in 0..<count {
      try passes.overBlocks { block, worker in propose(move, block, worker(block), at: level) }
      try batches.ask(at: level, for: .arrive, in: passes) { _ in false }
      let carriesBack = plan.carriesBack(at: level)
      try passes.overBlocks { block, worker in
        let worker = worker(block)
        try arrive(block, worker, at: level)
        if !carriesBack { decide(move, of: count, block, worker, at: level) }
      }
      guard carriesBack else { continue }
      try batches.ask(at: level, for: .carryBack, in: passes) { _ in false }
      try passes.overBlocks { block, worker in
        let worker = worker(block)
        try worker.evaluation.carryBack(block, at: level)
        decide(move, of: count, block, worker, at: level)
      }
    }
  }

  /// Moves a block's particles along the score, to where the models are asked.
  private func propose(_ move: Int, _ block: Block, _ worker: BlockWorker, at level: Int) {
    guard let moves else { return }
    let scratch = worker.scratch
    if move == 0 { shiftPoints(block, by: -1, at: level) }
    scratch.former?.keep(block, state)
    moves.fillNormals(scratch.normals[block], ofMove: move, block, at: level, streams)
    let states = state.states[block]
    let gradients = rewardGradients(block, at: level)
    var affine = affine(moves.size(ofMove: move, of: block, at: level), gradients?.factor)
    fk_affine_step(
      block.count, plan.dimensions, states.base, state.scores[block].base, gradients?.0.base, nil, nil,
      scratch.normals[block].base, &affine)
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, states.base) }
    worker.evaluation.skipsUnconditional = false
    worker.evaluation.ask(at: states, block, level: level)
  }

  private func affine(_ size: LangevinMove, _ gradientFactor: Double?) -> fk_affine {
    var affine = fk_affine()
    affine.score = size.drift
    affine.gradient = size.drift * (gradientFactor ?? 0)
    affine.deviation = size.variance.squareRoot()
    return affine
  }

  /// What models and reward say where a move has led.
  private func arrive(_ block: Block, _ worker: BlockWorker, at level: Int) throws {
    try worker.evaluation.evaluateModels(block, at: level, logDensitySum: state.logDensities?[block])
    try worker.evaluation.evaluateReward(
      of: state.states[block], block, at: level, gradients: askedGradients(block, at: level))
  }

  /// Where a block's gradients of the reward at the state go; nil where nobody reads them. At the end of the path a reward that looked
  /// ahead is that of the state, whose gradient only moves need.
  func askedGradients(_ block: Block, at level: Int) -> Rows<Float>? {
    if let gradients = state.gradients { return gradients[block] }
    return level == plan.steps && plan.moves(at: level) > 0 ? state.twists?[block] : nil
  }

  /// Puts particles back whose move is refused. After the last move of a level all is as a step expects it.
  private func decide(_ move: Int, of count: Int, _ block: Block, _ worker: BlockWorker, at level: Int) {
    let scratch = worker.scratch
    worker.weights?.renew(block, at: level)
    state.ownRewards?[block].copy(from: scratch.rewards[block])
    if let former = scratch.former {
      refuse(former, move, block, at: level)
    }
    if move + 1 == count { shiftPoints(block, by: 1, at: level) }
  }

  private func refuse(_ former: FormerParticles, _ move: Int, _ block: Block, at level: Int) {
    guard let moves else { return }
    let size = moves.size(ofMove: move, of: block, at: level)
    moves.fillUniforms(former.uniforms[block], ofMove: move, block, at: level, streams)
    guard size.drift > 0 else { return moves.add(acceptance: Double(block.count), block) }
    let (ratios, uniforms) = (former.residuals[block], former.uniforms[block])
    writeLogRatios(former, size, block, at: level, into: ratios)
    var sum = 0.0
    for row in 0..<block.count {
      let probability = ratios[row].isNaN ? 0 : min(1, exp(ratios[row]))
      sum += probability
      if !(uniforms[row] < probability) { former.restore(row, of: block, state) }
    }
    moves.add(acceptance: sum, block)
  }

  /// Writes `log p(y') + log K(y|y') − log p(y) − log K(y'|y)` of every particle; NaN where a reward forbids the former state, which is
  /// left as it is.
  private func writeLogRatios(
    _ former: FormerParticles, _ size: LangevinMove, _ block: Block, at level: Int, into ratios: Rows<Double>
  ) {
    let gradients = rewardGradients(block, at: level)
    let kept = (former.gradients ?? former.twists)?[block]
    var affine = affine(size, gradients?.factor)
    let back = former.backResiduals[block]
    fk_affine_residuals(
      block.count, plan.dimensions, state.states[block].base, former.states[block].base,
      former.scores[block].base, kept?.base, nil, nil, &affine, ratios.base)
    fk_affine_residuals(
      block.count, plan.dimensions, former.states[block].base, state.states[block].base,
      state.scores[block].base, gradients?.0.base, nil, nil, &affine, back.base)
    guard let new = state.logDensities?[block] else { return }
    let old = former.logDensities[block]
    for row in 0..<block.count {
      ratios[row] = new[row] - old[row] + 0.5 * (ratios[row] - back[row]) / size.variance
    }
    guard let rewards = state.ownRewards?[block], let others = former.ownRewards?[block] else { return }
    for row in 0..<block.count { ratios[row] += rewards[row] - others[row] }
  }

  /// Adds a multiple of the drift point at the level to that of the step before: taken out before moves and put back after them, it
  /// leaves the difference of both, which is what a multistep scheme extrapolates along, as the step found it.
  private func shiftPoints(_ block: Block, by factor: Float, at level: Int) {
    guard level < plan.steps, let points = state.points?[block] else { return }
    let (states, scores) = (state.states[block], state.scores[block])
    let pointScore = plan.path.levels[level] / plan.exponentSums[level]
    let ofState = factor * Float(1 - islands[block.island].response.next)
    let ofScore = factor * Float(pointScore)
    for i in 0..<points.values { points[i] += ofState * states[i] + ofScore * scores[i] }
    guard let gradients = state.gradients?[block] else { return }
    let c = plan.noiseScale(plan.path.progress[level], plan.exponentSums[level])
    let ofGradient = factor * Float(pointScore * c * c / (1 + c * c))
    for i in 0..<points.values { points[i] += ofGradient * gradients[i] }
  }
}
