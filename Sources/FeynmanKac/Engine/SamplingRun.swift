internal import CKernels
import Synchronization

/// One run in progress: the particles, what each island knows, and the passes that move them on.
///
/// Unchecked: within a pass every thread writes what belongs to its own block or island, and passes follow one another.
final class SamplingRun: @unchecked Sendable {
  let plan: RunPlan
  let state: ParticleState
  let pool: WorkerPool
  let blocks: [Block]
  let streams: RandomStreams
  let islands: UnsafeMutableBufferPointer<IslandState>
  /// The coarser of two coupled runs, which resamples when this one does.
  var follower: SamplingRun?
  /// Normals in place of the streams', `[N, d]`, for the coarser of two coupled runs.
  private let givenNormals: UnsafePointer<Float>?

  let arena: Arena
  let scratch: [BlockScratch]
  /// Each made by its own thread.
  private let workers: UnsafeMutableBufferPointer<BlockWorker?>
  let resampling: [ResamplingScratch]
  /// `WeightMoments.sumCount` sums a block, as `fk_weight_moments` writes them.
  let blockMoments: UnsafeMutablePointer<Double>
  /// The linear control's products of each block, `[blocks, (d+3)²]`, and their sum for each island.
  let blockProducts: UnsafeMutablePointer<Double>?
  /// The parents of the genealogy's slices that are done, `[slices, N]`.
  let genealogy: UnsafeMutablePointer<Int32>
  let blockAlignments: UnsafeMutablePointer<(first: Double, second: Double)>?
  let blockResponses: UnsafeMutablePointer<Double>?
  let blockCurvatures: UnsafeMutablePointer<Double>?
  /// No step has any noise. Kept, because every step's report asks.
  let isNoiseless: Bool
  /// The most that the reward's curvature has taken of a step's noise variance so far, no unit.
  var stiffness = 0.0
  /// The first error of each task of a pass.
  private let failures: UnsafeMutableBufferPointer<(any Error)?>
  /// Asked by the thread that calls, between blocks: a step may take long.
  let isCancelled: (() -> Bool)?
  private let isEnded = Atomic<Bool>(false)
  /// The level that is being worked on.
  private var level = 0

  /// - Parameters:
  ///   - threads: At most as many as there are blocks are used.
  ///   - isCancelled: Asked now and then by the thread that calls; once true, a pass ends with `RunError.cancelled`.
  /// - Throws: `ResourceError` where the system refuses memory or a thread.
  init(
    _ plan: RunPlan, streams: RandomStreams, threads: Int, givenNormals: UnsafePointer<Float>? = nil,
    isCancelled: (() -> Bool)? = nil
  ) throws {
    self.givenNormals = givenNormals
    self.isCancelled = isCancelled
    let threads = plan.threads(atMost: threads)
    self.plan = plan
    isNoiseless = plan.noiseScaleMaximum == 0
    self.streams = streams
    pool = WorkerPool(threads: threads)
    blocks = Self.blocks(of: plan)
    let memory = RunMemory(plan, pool: pool, in: Arena())
    arena = memory.arena
    state = memory.state
    scratch = memory.scratch
    workers = .allocate(capacity: threads)
    workers.initialize(repeating: nil)
    resampling = memory.resampling
    blockMoments = memory.blockMoments
    blockProducts = memory.blockProducts
    genealogy = memory.genealogy
    blockAlignments = memory.blockAlignments
    blockResponses = memory.blockResponses
    blockCurvatures = memory.blockCurvatures
    islands = .allocate(capacity: plan.islands)
    _ = islands.initialize(from: memory.islands)
    failures = .allocate(capacity: plan.blockCount)
    failures.initialize(repeating: nil)
    guard !arena.isRefused else { throw ResourceError.noMemory(bytes: arena.bytes) }
    try pool.start()
  }

  deinit {
    islands.deallocate()
    workers.deinitialize().deallocate()
    failures.deinitialize().deallocate()
  }

  private static func blocks(of plan: RunPlan) -> [Block] {
    (0..<plan.islands).flatMap { island in
      (0..<plan.blocksPerIsland).map { index in
        let first = index * plan.blockRows
        return Block(
          island: island, index: index, start: island * plan.islandParticles + first,
          count: min(plan.blockRows, plan.islandParticles - first))
      }
    }
  }

  // MARK: - Passes over blocks

  /// Draws the particles of the start, weighs them and settles step 0.
  func begin() throws {
    level = 0
    let initial = InitialDistribution(plan)
    try overBlocks { block, worker in
      let scratch = worker.scratch
      let evaluation = worker.evaluation
      drawNormals(block, scratch, step: 0)
      initial.draw(block, state, scratch)
      let logDensities: UnsafeMutablePointer<Double>? =
        if let sums = state.logDensities { sums + block.start } else { scratch.startLogDensities }
      try evaluation.evaluateModels(block, at: 0, logDensitySum: logDensities)
      measureAlignment(block, evaluation)
      try evaluation.evaluateReward(
        of: state.states + block.start * plan.dimensions, block, at: 0,
        gradients: state.gradients.map { $0 + block.start * plan.dimensions })
      addResponse(of: block, scratch, at: 0)
      initial.weigh(block, state, scratch, logDensities: logDensities)
      evaluation.composeRates(block, at: 0)
      summarize(block, scratch)
    }
    for island in islands.indices {
      islands[island].logNormalizer = initial.logNormalizer
      measureResponse(ofIsland: island, deviation: initial.deviation)
      moveResponseOn(ofIsland: island, to: 0, measuredAt: 0)
    }
    try overIslands { try settle($0, step: 0) }
  }

  /// Moves every particle from level `step` to `step + 1`, weighs and, where the trigger says so, resamples.
  func advance(_ step: Int) throws {
    level = step
    let numbers = plan.numbers(ofStep: step)
    for island in islands.indices {
      moveResponseOn(ofIsland: island, to: step + 1, measuredAt: step)
      prepareMove(&islands[island], numbers, step: step)
    }
    try overBlocks { block, worker in
      try advance(block, worker, step: step, numbers)
    }
    for island in islands.indices {
      measureResponse(ofIsland: island, deviation: islands[island].move.variance.squareRoot())
    }
    noteStiffness()
    try overIslands { island in
      try settle(island, step: step + 1)
      recordGenealogy(ofIsland: island, step: step + 1)
    }
  }

  private func advance(_ block: Block, _ worker: BlockWorker, step: Int, _ numbers: StepNumbers) throws {
    let scratch = worker.scratch
    let evaluation = worker.evaluation
    let weights = worker.weights
    let d = plan.dimensions
    let offset = block.start * d
    let island = islands[block.island]
    evaluation.skipsUnconditional = island.alignedStep != nil
    if plan.carriesWeights && !plan.weighsByRates { weights.addStart(block, island, numbers) }
    if plan.keepsStepStart { keepStart(block, scratch) }

    if let former = scratch.formerGradients, let gradients = state.gradients {
      former.update(from: gradients + offset, count: block.count * d)
    }
    drawNormals(block, scratch, step: step + 1)
    startResponse(of: block, scratch, at: step)
    var affine = island.move.affine
    let states = state.states + offset
    let gradients = state.gradients.map { $0 + offset }
    fk_affine_step(
      block.count, d, states, state.scores + offset, gradients, state.points.map { $0 + offset },
      island.offsets, scratch.normals, &affine)
    if let twists = state.twists {
      evaluation.steer(states, by: twists + offset, variance: island.move.variance, block)
    }
    if plan.scheme == .heun {
      try correctByHeun(block, scratch, evaluation, island, step: step, numbers)
    }
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, states) }

    try evaluation.evaluateModels(
      block, at: step + 1, logDensitySum: state.logDensities.map { $0 + block.start })
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
      let weighed = fk_accumulate(block.count, scratch.increments, state.logWeights + block.start)
      try check(weighed, block, step: step + 1)
    }
    summarize(block, scratch)
  }

  /// Writes a block's normals to scratch memory and keeps them where a coarser run needs them.
  private func drawNormals(_ block: Block, _ scratch: BlockScratch, step: Int) {
    let offset = block.start * plan.dimensions
    let count = block.count * plan.dimensions
    if let givenNormals {
      scratch.normals.update(from: givenNormals + offset, count: count)
      return
    }
    streams.fillNormals(
      UnsafeMutableBufferPointer(start: scratch.normals, count: count), island: block.island,
      block: block.index, step: step)
    guard let kept = state.keptNoise else { return }
    let pairing = islands[block.island].pairing
    let (old, new) = (Float(pairing.kept), Float(pairing.new))
    for i in 0..<count { kept[offset + i] = old * kept[offset + i] + new * scratch.normals[i] }
  }

  private func keepStart(_ block: Block, _ scratch: BlockScratch) {
    let offset = block.start * plan.dimensions
    let values = block.count * plan.dimensions
    scratch.startStates.update(from: state.states + offset, count: values)
    scratch.startScores.update(from: state.scores + offset, count: values)
    if let kept = scratch.startGradients, let gradients = state.gradients {
      kept.update(from: gradients + offset, count: values)
    }
    if let kept = scratch.startPoints, let points = state.points {
      kept.update(from: points + offset, count: values)
    }
    for (kept, scores) in zip(scratch.startTermScores, state.termScores) {
      kept.update(from: scores + offset, count: values)
    }
  }

  /// Replaces the drift of Heun's predictor by the mean of the drifts at both ends.
  private func correctByHeun(
    _ block: Block, _ scratch: BlockScratch, _ evaluation: BlockEvaluation, _ island: IslandState, step: Int,
    _ numbers: StepNumbers
  ) throws {
    let d = plan.dimensions
    let values = block.count * d
    let states = state.states + block.start * d
    let predicted = scratch.predicted
    predicted.update(from: states, count: values)
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, predicted) }
    try evaluation.composeScores(of: predicted, block, at: step + 1, into: scratch.predictedScores)
    try evaluation.evaluateReward(of: predicted, block, at: step + 1, gradients: scratch.predictedGradients)
    var (end, start) = Move.heunCorrections(numbers, slope: island.control.slope)
    let ends = scratch.driftedEnds
    let starts = scratch.driftedStarts
    ends.update(from: predicted, count: values)
    fk_affine_step(
      block.count, d, ends, scratch.predictedScores, scratch.predictedGradients, nil, nil, nil, &end.affine)
    starts.update(from: scratch.startStates, count: values)
    fk_affine_step(
      block.count, d, starts, scratch.startScores, scratch.startGradients, nil, nil, nil, &start.affine)
    // Half the drift at the end in, half that at the start out. A constant drift is the same at both ends.
    for i in 0..<values { states[i] += ends[i] - states[i] }
    for i in 0..<values { states[i] -= starts[i] - scratch.startStates[i] }
  }

  /// - Parameter weighed: How many of the block's rows gained a finite log-weight, or −∞.
  private func check(_ weighed: Int, _ block: Block, step: Int) throws {
    guard weighed == block.count else {
      throw RunError.notFinite(
        source: "the log-weight rate", step: step, time: plan.path.times[step],
        particle: block.start + weighed)
    }
  }

  func summarize(_ block: Block, _ scratch: BlockScratch) {
    guard plan.carriesWeights else { return }
    let number = block.island * plan.blocksPerIsland + block.index
    let usesControl = plan.control != .none
    let rates = usesControl ? state.rates.map { UnsafePointer($0 + block.start) } : nil
    let features = usesControl ? state.features.map { UnsafePointer($0 + block.start) } : nil
    let moments = blockMoments + WeightMoments.sumCount * number
    fk_weight_moments(block.count, state.logWeights + block.start, rates, features, moments)
    guard let blockProducts, let rates, let features else { return }
    let size = (plan.dimensions + 3) * (plan.dimensions + 3)
    let offset = block.start * plan.dimensions
    fk_control_products(
      block.count, plan.dimensions, state.logWeights + block.start, moments[0], rates, features,
      state.scores + offset, state.gradients.map { $0 + offset }, scratch.featureRow,
      blockProducts + size * number)
  }

  // MARK: - Threads

  private func overBlocks(_ body: (Block, BlockWorker) throws -> Void) throws {
    try over(blocks.count) { index, task in try body(blocks[task], worker(index)) }
  }

  private func worker(_ index: Int) -> BlockWorker {
    if let worker = workers[index] { return worker }
    let worker = BlockWorker(plan: plan, state: state, scratch: scratch[index])
    workers[index] = worker
    return worker
  }

  /// Islands at the same time, each by one thread; one after the other where they are fewer than threads, each by all.
  private func overIslands(_ body: (Int) throws -> Void) throws {
    if resampling.count < pool.threads {
      for island in 0..<plan.islands { try body(island) }
      return
    }
    // Scratch memory goes by an island's number modulo the threads, so each thread takes every so-many-th island.
    let strides = resampling.count
    try over(strides) { _, first in
      for island in stride(from: first, to: plan.islands, by: strides) { try body(island) }
    }
  }

  /// Throws the first task's error, whichever thread met one first.
  private func over(_ tasks: Int, _ body: (_ worker: Int, _ task: Int) throws -> Void) throws {
    pool.run(tasks: tasks) { worker, task in
      // The thread that calls is the first worker, and the only one that may ask the observer.
      if worker == 0, let isCancelled, isCancelled() { isEnded.store(true, ordering: .relaxed) }
      guard !isEnded.load(ordering: .relaxed) else { return }
      do { try body(worker, task) } catch { failures[task] = error }
    }
    guard !isEnded.load(ordering: .relaxed) else { throw RunError.cancelled(step: level) }
    for task in 0..<tasks {
      if let error = failures[task] { throw error }
    }
  }
}
