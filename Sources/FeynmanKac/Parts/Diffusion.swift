internal import CKernels

/// The weighted reverse SDE as a model of the engine: moves particles along the path, asks the models about them and
/// weighs them. A step is the list of its parts, each of which begins and ends it, and is settled island by island.
///
/// Unchecked: within a pass every thread writes what belongs to its own block or island, and passes follow one another.
final class Diffusion: ParticleModel, @unchecked Sendable {
  let plan: RunPlan
  let state: ParticleState
  let streams: RandomStreams
  let scratch: [BlockScratch]
  let islands: UnsafeMutableBufferPointer<DiffusionIsland>
  private let initial: InitialDistribution
  private let alignment: ScoreAlignment?
  private let response: ResponseMeasurement?
  private let curvature: RewardCurvature?
  private let linearControl: LinearControl?
  /// Normals in place of the streams', `[N, d]`, for the coarser of two coupled runs.
  private let givenNormals: Column<Float>?
  /// No step has any noise. Kept, because every step's report asks.
  let isNoiseless: Bool
  /// The most that the reward's curvature has taken of a step's noise variance so far, no unit.
  private(set) var stiffness = 0.0
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
    alignment = memory.alignment
    response = memory.response
    curvature = memory.curvature
    linearControl = memory.linearControl
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

  // MARK: - Blocks

  var initialLogNormalizer: Double { initial.logNormalizer }

  func begin(_ block: Block, _ worker: BlockWorker) throws {
    let scratch = worker.scratch
    drawNormals(block, scratch, step: 0)
    initial.draw(block, state, scratch)
    let logDensities = state.logDensities?[block] ?? scratch.startLogDensities?[block]
    try ask(block, worker.evaluation, at: 0, logDensitySum: logDensities)
    response?.end(block, plan, state, scratch, at: 0)
    initial.weigh(block, state, scratch, logDensities: logDensities)
    worker.weights?.composeRates(block, at: 0)
  }

  func advance(_ block: Block, from step: Int, _ worker: BlockWorker) throws {
    let scratch = worker.scratch
    let island = islands[block.island]
    worker.weights?.begin(block, island.step, numbers)
    scratch.start?.keep(block, state)
    curvature?.begin(block, state, scratch)
    drawNormals(block, scratch, step: step + 1)
    response?.begin(block, plan, state, scratch, at: step)

    worker.evaluation.skipsUnconditional = island.alignment.lastStep != nil
    try move(block, island.step, worker, step: step)
    try ask(block, worker.evaluation, at: step + 1, logDensitySum: state.logDensities?[block])

    curvature?.end(block, plan, state, scratch, step: step)
    response?.end(block, plan, state, scratch, at: step + 1)
    worker.carriedLogDensities?.end(block, plan, state, scratch, numbers)
    guard let weights = worker.weights else { return }
    let weighed = weights.end(block, island.step, numbers, step: step)
    guard weighed == block.count else {
      throw RunError.notFinite(
        source: "the log-weight rate", step: step + 1, time: plan.path.times[step + 1],
        particle: block.start + weighed)
    }
  }

  /// Moves a block's particles as its island's step says.
  private func move(_ block: Block, _ island: IslandStep, _ worker: BlockWorker, step: Int) throws {
    let scratch = worker.scratch
    let states = state.states[block]
    var affine = island.move.affine
    fk_affine_step(
      block.count, plan.dimensions, states.base, state.scores[block].base, state.gradients?[block].base,
      state.points?[block].base, island.offsets, scratch.normals[block].base, &affine)
    if let twists = state.twists {
      worker.evaluation.steer(states, by: twists[block], variance: island.move.variance, block)
    }
    if let drift = island.secondDrift, let columns = scratch.secondDrift {
      try worker.evaluation.add(drift, columns, block, at: step)
    }
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, states.base) }
  }

  /// Asks the models and the reward about a block's particles where they are.
  private func ask(
    _ block: Block, _ evaluation: BlockEvaluation, at level: Int, logDensitySum: Rows<Double>?
  ) throws {
    try evaluation.evaluateModels(block, at: level, logDensitySum: logDensitySum)
    alignment?.end(block, islands[block.island].alignment, state)
    try evaluation.evaluateReward(
      of: state.states[block], block, at: level, gradients: state.gradients?[block])
  }

  /// Writes a block's normals to scratch memory and keeps them where a coarser run needs them.
  private func drawNormals(_ block: Block, _ scratch: BlockScratch, step: Int) {
    let normals = scratch.normals[block]
    if let givenNormals { return normals.copy(from: givenNormals[block]) }
    streams.fillNormals(normals.buffer, island: block.island, block: block.index, step: step)
    guard let kept = state.keptNoise?[block] else { return }
    let coupling = islands[block.island].coupling
    let (old, new) = (Float(coupling.kept), Float(coupling.new))
    for i in 0..<normals.values { kept[i] = old * kept[i] + new * normals[i] }
  }

  func summarize(_ block: Block, _ logWeights: Rows<Double>, thread: Int, into moments: Rows<Double>) {
    let usesControl = plan.control != .none
    let rates = usesControl ? state.rates?[block].base : nil
    let features = usesControl ? state.features?[block].base : nil
    fk_weight_moments(block.count, logWeights.base, rates, features, moments.base)
    linearControl?.summarize(block, plan, state, scratch[thread], highestLogWeight: moments[0])
  }

  // MARK: - Islands

  func willAdvance(_ step: Int) {
    numbers = plan.numbers(ofStep: step)
    for island in islands.indices {
      response?.moveOn(&islands[island].response, plan, to: step + 1, measuredAt: step)
      prepareStep(&islands[island], step: step)
    }
  }

  private func prepareStep(_ island: inout DiffusionIsland, step: Int) {
    let slope = island.step.control.slope
    let variance = island.step.move.variance
    island.step.move = plan.scheme.move(numbers, slope: slope, response: island.response)
    if plan.needs.contains(.secondDrift) {
      island.step.secondDrift = plan.scheme.secondDrift(numbers, slope: slope)
    }
    if plan.role == .finer {
      island.coupling = NoiseCoupling(island, after: variance, numbers, step: step)
    }
    if plan.needs.contains(.kernels) {
      island.step.reversal = Move.exponentialReversal(numbers, slope: slope)
    }
    guard let offset = island.step.control.offset else { return }
    for j in 0..<plan.dimensions {
      island.step.offsets?[j] = Float(island.step.move.offsetFactor * offset[j])
      island.step.reversalOffsets?[j] = Float(island.step.reversal.offsetFactor * offset[j])
    }
  }

  func didReach(_ level: Int) {
    for island in islands.indices {
      let variance = islands[island].step.move.variance
      response?.settle(
        &islands[island].response, ofIsland: island, plan,
        deviation: level == 0 ? initial.deviation : variance.squareRoot())
      if level == 0 {
        response?.moveOn(&islands[island].response, plan, to: 0, measuredAt: 0)
      } else if let curvature {
        stiffness = max(stiffness, curvature.stiffness(ofIsland: island, plan, variance: variance))
      }
    }
  }

  func willSettle(_ island: Int, at level: Int) {
    alignment?.settle(&islands[island].alignment, island, particles: plan.islandParticles, at: level)
  }

  /// Fits the next control.
  func settle(_ island: Int, _ moments: WeightMoments, slot: Int) {
    switch plan.control {
    case .none: break
    case .radial: islands[island].step.control.fitRadial(moments)
    case .linear:
      linearControl?.fit(&islands[island].step.control, ofIsland: island, moments, plan, slot: slot)
    }
  }

  // MARK: - Reports

  /// The mean cosine over islands that asked both branches of a guided pair at a step; nil where none did.
  func alignment(at level: Int) -> Double? { alignment?.report(islands.lazy.map(\.alignment), at: level) }

  /// The last step at which each island asked both branches; empty where no threshold was given for it.
  var alignedSteps: [Int?] { alignment == nil ? [] : islands.map(\.alignment.lastStep) }

  /// Rows that each model was asked for.
  var modelEvaluations: [(model: String, rows: Int)] {
    var evaluations = plan.modelEvaluations
    guard let guidance = plan.guidance else { return evaluations }
    for island in islands {
      guard let aligned = island.alignment.lastStep else { continue }
      let spared = (0...plan.steps).reduce(0) { $0 + ($1 > aligned ? plan.evaluations(at: $1) : 0) }
      evaluations[guidance.unconditional].rows -= spared * plan.islandParticles
    }
    return evaluations
  }
}
