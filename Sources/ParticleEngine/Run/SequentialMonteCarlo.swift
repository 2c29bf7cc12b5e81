/// Particles that a Feynman-Kac model of your own moves and weighs, with everything that a sampler has beside it: threads,
/// islands, resampling, log Z and its error, and the same bytes for any number of threads.
///
/// ```swift
/// let sampler = SequentialMonteCarlo(particles: 10_000, steps: 100)
/// let run = try sampler.run(seed: 1) { population, streams in MyModel(population, streams) }
/// print(run.logNormalizer, run.expectation { run.model.states.all[$0] })
/// ```
///
/// <doc:YourOwnModel> has a whole model.
public struct SequentialMonteCarlo: Sendable {
  /// The total over all islands; a multiple of `islands`.
  public var particles: Int
  /// How many times the particles move, at least 1.
  public var steps: Int
  /// How many populations share the particles; from 8 on, their spread gives log Z its standard error.
  public var islands: Int
  /// When to resample, and how.
  public var resampling: ResamplingRule
  /// The source of random numbers.
  public var generator: GeneratorKind
  /// The rows that a model is handed at a time; a multiple of 64. Random numbers go by it.
  public var blockRows: Int
  /// When whole islands are resampled; nil, the default, for never. It needs 8 islands or more.
  public var exchange: IslandExchange?

  /// Settings; ``start(seed:threads:_:)`` checks them.
  public init(
    particles: Int, steps: Int, islands: Int = 1, resampling: ResamplingRule = ResamplingRule(),
    generator: GeneratorKind = .philox, blockRows: Int = 512
  ) {
    self.particles = particles
    self.steps = steps
    self.islands = islands
    self.resampling = resampling
    self.generator = generator
    self.blockRows = blockRows
  }

  /// Makes all steps.
  ///
  /// - Parameters:
  ///   - seed: Any value, 0 included. The same seed gives the same bytes, for any number of threads.
  ///   - threads: Nil for all cores that the process may use.
  ///   - makeModel: Makes the model, which declares its columns in ``Population/table``.
  /// - Throws: `SetupError`, `ResourceError` where the machine does not give what the run needs, `RunError` after.
  public func run<Model: ParticleModel>(
    seed: UInt64, threads: Int? = nil, _ makeModel: (Population, RandomStreams) throws -> Model
  ) throws -> ParticleRun<Model> {
    let run = try start(seed: seed, threads: threads, makeModel)
    while !run.isAtEnd { try run.advance() }
    return run
  }

  /// Draws the particles of the start, for a run that the caller steps.
  ///
  /// - Parameters:
  ///   - seed: Any value, 0 included.
  ///   - threads: Nil for all cores that the process may use.
  ///   - makeModel: Makes the model, which declares its columns in ``Population/table``.
  /// - Throws: `SetupError`, `ResourceError` where the machine does not give what the run needs, `RunError` of the start.
  public func start<Model: ParticleModel>(
    seed: UInt64, threads: Int? = nil, _ makeModel: (Population, RandomStreams) throws -> Model
  ) throws -> ParticleRun<Model> {
    let plan = try plan()
    let pool = WorkerPool(threads: plan.threads(atMost: Processors.threadCount(threads)))
    let streams = try RandomStreams(
      kind: generator, seed: seed, islands: islands, blocksPerIsland: plan.blocksPerIsland)
    let memory = PopulationMemory(plan, pool: pool, in: Arena())
    guard !memory.arena.isRefused else { throw ResourceError.noMemory(bytes: memory.arena.bytes) }
    let run = try ParticleRun(
      plan, makeModel(memory.population, streams), memory, pool: pool, streams: streams, isCancelled: nil)
    try run.begin()
    return run
  }

  private func plan() throws -> PopulationPlan {
    try PopulationPlan.checkCounts(particles: particles, islands: islands)
    guard steps >= 1, steps < Int(Int32.max) else {
      throw SetupError("steps", "\(steps); give a whole number from 1 to \(Int32.max - 1)")
    }
    guard blockRows >= 64, blockRows.isMultiple(of: 64), blockRows <= 65536 else {
      throw SetupError("blockRows", "\(blockRows); give a multiple of 64 up to 65536")
    }
    try resampling.check(carriesWeights: true)
    try exchange?.check(islands: islands, carriesWeights: true)
    return PopulationPlan(
      particles: particles, islands: islands, blockRows: blockRows, times: (0...steps).map { Double($0) },
      progress: (0...steps).map { Double($0) / Double(steps) }, carriesWeights: true, resampling: resampling,
      generator: generator, exchange: exchange, checksWeights: true)
  }
}
