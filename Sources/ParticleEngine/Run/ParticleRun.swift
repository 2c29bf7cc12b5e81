import Synchronization

/// One run in progress: the particles, what each island knows, and the passes that move them on.
///
/// ``SequentialMonteCarlo`` makes one. It belongs to one thread at a time.
///
/// Unchecked: within a pass every thread writes what belongs to its own block or island, and passes follow one another.
public final class ParticleRun<Model: ParticleModel>: ParticlePasses, @unchecked Sendable {
  package let plan: PopulationPlan
  /// The model, whose columns can be read between steps.
  public let model: Model
  /// The engine's own columns.
  public let population: Population
  package let pool: WorkerPool
  package let blocks: [Block]
  package let streams: RandomStreams
  package let islands: UnsafeMutableBufferPointer<IslandState>
  /// The coarser of two coupled runs, which resamples when this one does.
  package var follower: ParticleRun?

  package let arena: Arena
  package let resampling: [ResamplingScratch]
  package let genealogy: [Column<Int32>]
  private let blockMoments: BlockColumn<Double>
  /// Each made by its own thread.
  private let workers: UnsafeMutableBufferPointer<Model.Worker?>
  /// The first error of each task of a pass.
  private let failures: UnsafeMutableBufferPointer<(any Error)?>
  /// Asked by the thread that calls, between blocks: a step may take long.
  package let isCancelled: (() -> Bool)?
  /// The processes that have the other islands; nil where there is one.
  let ranks: (any RankGroup)?
  private let isEnded = Atomic<Bool>(false)
  /// The level that is being worked on.
  private var level = 0
  /// The level that the pass leads to.
  private var nextLevel = 0
  /// How many steps are done, 0 to ``steps``.
  public package(set) var step = 0
  /// What ended the run.
  private var failure: (any Error)?

  /// - Parameters:
  ///   - memory: For this plan and pool.
  ///   - isCancelled: Asked now and then by the thread that calls; once true, a pass ends with `RunError.cancelled`.
  /// - Throws: `ResourceError` where the system refuses memory or a thread.
  package init(
    _ plan: PopulationPlan, _ model: Model, _ memory: PopulationMemory, pool: WorkerPool,
    streams: RandomStreams,
    isCancelled: (() -> Bool)?, ranks: (any RankGroup)? = nil
  ) throws {
    self.plan = plan
    self.model = model
    self.pool = pool
    self.streams = streams
    self.isCancelled = isCancelled
    self.ranks = ranks
    population = memory.population
    arena = memory.arena
    resampling = memory.resampling
    blockMoments = memory.moments
    genealogy = memory.genealogy
    blocks = plan.blocks
    workers = .allocate(capacity: pool.threads)
    workers.initialize(repeating: nil)
    islands = .allocate(capacity: plan.islands)
    islands.initialize(repeating: IslandState(uniqueAncestors: plan.islandParticles))
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

  // MARK: - Levels

  /// Draws the particles of the start, weighs them and settles level 0.
  package func begin() throws {
    level = 0
    for block in blocks { population.begin(block) }
    try model.begin(in: self)
    for island in islands.indices { islands[island].logNormalizer = model.initialLogNormalizer }
    model.didReach(0)
    try overIslands { try settle($0, at: 0) }
    try model.didSettle(0, in: self)
  }

  /// Moves every particle from level `step` to `step + 1`, weighs and, where the trigger says so, resamples.
  package func advance(_ step: Int) throws {
    if let failure { throw failure }
    do { try makeStep(step) } catch {
      failure = error
      throw error
    }
  }

  private func makeStep(_ step: Int) throws {
    level = step
    nextLevel = step + 1
    model.willAdvance(step)
    try model.advance(from: step, in: self)
    model.didReach(step + 1)
    try overIslands { island in
      try settle(island, at: step + 1)
      recordGenealogy(ofIsland: island, at: step + 1)
    }
    try model.didSettle(step + 1, in: self)
    try exchangeIslands(at: step + 1)
    self.step = step + 1
  }

  private func checkWeights(of block: Block, at level: Int) throws {
    guard plan.checksWeights else { return }
    let logWeights = population.logWeights[block]
    for row in 0..<block.count where !(logWeights[row] < .infinity) {
      throw RunError.notFinite(
        source: "the log-weight", step: level, time: plan.times[level], particle: block.startOfAll + row)
    }
  }

  package func summarize(_ block: Block, _ thread: Int) {
    guard plan.carriesWeights else { return }
    model.summarize(block, population.logWeights[block], thread: thread, into: blockMoments[block])
  }

  package func mergedMoments(ofIsland index: Int) -> WeightMoments {
    var merged = WeightMoments()
    for block in blockMoments.ofIsland(index) { merged.merge(WeightMoments(block.base)) }
    return merged
  }

  // MARK: - Threads

  /// Calls `body` once for every block, on several threads.
  public func overBlocks(_ body: (Block, Model.Worker) throws -> Void) throws {
    try over(blocks.count) { thread, task in try body(blocks[task], worker(thread)) }
  }

  /// The same, after which every block has come to the level and has its log-weights.
  public func arrive(_ body: (Block, Model.Worker) throws -> Void) throws {
    let level = nextLevel
    try over(blocks.count) { thread, task in
      let block = blocks[task]
      try body(block, worker(thread))
      try checkWeights(of: block, at: level)
      summarize(block, thread)
    }
  }

  /// Calls `body` once for every task, on several threads.
  public func overTasks(_ count: Int, _ body: (Int, Model.Worker) throws -> Void) throws {
    // As many as can fail by themselves; each does every so-many-th.
    let strides = min(count, blocks.count)
    try over(strides) { thread, first in
      for task in stride(from: first, to: count, by: strides) { try body(task, worker(thread)) }
    }
  }

  private func worker(_ thread: Int) -> Model.Worker {
    if let worker = workers[thread] { return worker }
    let worker = model.makeWorker(thread: thread)
    workers[thread] = worker
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
