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
  private let givenNormals: Column<Float>?

  let arena: Arena
  let scratch: [BlockScratch]
  /// Each made by its own thread.
  private let workers: UnsafeMutableBufferPointer<BlockWorker?>
  let resampling: [ResamplingScratch]
  let sums: BlockSums
  /// The parents of the genealogy's slices that are done, `[slices][N]`.
  let genealogy: [Column<Int32>]
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
    _ plan: RunPlan, streams: RandomStreams, threads: Int, givenNormals: Column<Float>? = nil,
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
    sums = memory.sums
    genealogy = memory.genealogy
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
          island: island, index: index, number: island * plan.blocksPerIsland + index,
          start: island * plan.islandParticles + first,
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
      let logDensities = state.logDensities?[block] ?? scratch.startLogDensities?[block]
      try evaluation.evaluateModels(block, at: 0, logDensitySum: logDensities)
      measureAlignment(block, evaluation)
      try evaluation.evaluateReward(
        of: state.states[block], block, at: 0, gradients: state.gradients?[block])
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
    summarize(block, scratch)
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

  func summarize(_ block: Block, _ scratch: BlockScratch) {
    guard plan.carriesWeights else { return }
    let usesControl = plan.control != .none
    let logWeights = state.logWeights[block].base
    let rates = usesControl ? state.rates?[block].base : nil
    let features = usesControl ? state.features?[block].base : nil
    let moments = sums.moments[block].base
    fk_weight_moments(block.count, logWeights, rates, features, moments)
    guard let products = sums.products, let rates, let features else { return }
    fk_control_products(
      block.count, plan.dimensions, logWeights, moments[0], rates, features, state.scores[block].base,
      state.gradients?[block].base, scratch.featureRow, products[block].base)
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
