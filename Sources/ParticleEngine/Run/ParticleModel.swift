/// A Feynman-Kac model: what draws particles, moves them and weighs them. Everything else about a population is the
/// engine's: blocks and threads, weights and their sums, resampling, islands, log Z, genealogy and trajectory.
///
/// A model declares the columns that its particles are made of in ``Population/table`` and writes their rows. A pass calls
/// `begin` or `advance` once for every block, on several threads; each writes the rows of its own block. Between passes one
/// thread calls the other methods, and each island is settled by one thread. All but `begin` and `advance` have a default.
/// - Source: the potentials and kernels of Del Moral 2004, Feynman-Kac Formulae.
public protocol ParticleModel: AnyObject, Sendable {
  /// What one thread takes from block to block, such as scratch memory.
  associatedtype Worker = Void

  /// Made once for each thread, by that thread.
  ///
  /// - Parameter thread: From 0 to the number of threads − 1.
  func makeWorker(thread: Int) -> Worker

  /// log Z of what `begin` draws from, in nats, beside the weights that it sets; 0 by default.
  var initialLogNormalizer: Double { get }

  /// No step has any noise, so that copies of a particle never part and count once; false by default.
  var isNoiseless: Bool { get }

  /// Draws a block's particles and sets their log-weights, which are 0 before.
  ///
  /// - Throws: What ends the run, such as ``RunError/modelFailed(source:step:time:reason:)``.
  func begin(_ block: Block, _ worker: Worker) throws

  /// Called before the pass that moves all blocks from level `step` to `step + 1`.
  func willAdvance(_ step: Int)

  /// Moves a block's particles from level `step` to `step + 1` and adds to their log-weights.
  ///
  /// - Throws: What ends the run, such as ``RunError/modelFailed(source:step:time:reason:)``.
  func advance(_ block: Block, from step: Int, _ worker: Worker) throws

  /// Draws all particles, by default in one pass that calls ``begin(_:_:)`` for every block.
  ///
  /// - Throws: What ends the run.
  func begin(in passes: some ParticlePasses<Worker>) throws

  /// Moves and weighs all particles, by default in one pass that calls ``advance(_:from:_:)`` for every block. A model that
  /// asks something about the whole population takes several: it moves the blocks, asks, and weighs them.
  ///
  /// - Throws: What ends the run.
  func advance(from step: Int, in passes: some ParticlePasses<Worker>) throws

  /// Called once all blocks have come to a level: 0 after `begin`.
  func didReach(_ level: Int)

  /// Called for each island at each level, before its weights are looked at.
  func willSettle(_ island: Int, at level: Int)

  /// Writes the sums of a block's weights, as ``WeightMoments`` reads them; by default those of the log-weights alone.
  ///
  /// - Parameters:
  ///   - logWeights: The block's, in nats.
  ///   - moments: One row of ``WeightMoments/sumCount`` numbers, to be written.
  func summarize(_ block: Block, _ logWeights: Rows<Double>, thread: Int, into moments: Rows<Double>)

  /// Called for each island at each level, once it has resampled or not.
  ///
  /// - Parameters:
  ///   - moments: The sums of the weights that its particles have now.
  ///   - slot: Which of the memories for islands that are settled at the same time is free.
  func settle(_ island: Int, _ moments: WeightMoments, slot: Int)

  /// Called once all islands are settled at a level, for what an island learns from the others.
  ///
  /// - Parameter passes: What several threads may do of it, by ``ParticlePasses/overTasks(_:_:)``.
  /// - Throws: What ends the run.
  func didSettle(_ level: Int, in passes: some ParticlePasses<Worker>) throws

  /// Writes to a checkpoint, or reads back, what the model remembers from one step to the next beside the columns of
  /// ``Population/table``, which the engine sees to; nothing by default.
  ///
  /// - Throws: `FileError` of the checkpoint.
  func exchange(_ state: StateExchange) throws
}

extension ParticleModel {
  /// 0: what `begin` draws from is normalised.
  public var initialLogNormalizer: Double { 0 }
  /// False: steps have noise.
  public var isNoiseless: Bool { false }
  /// One pass.
  public func begin(in passes: some ParticlePasses<Worker>) throws {
    try passes.arrive { block, worker in try begin(block, worker) }
  }
  /// One pass.
  public func advance(from step: Int, in passes: some ParticlePasses<Worker>) throws {
    try passes.arrive { block, worker in try advance(block, from: step, worker) }
  }
  /// Does nothing.
  public func willAdvance(_ step: Int) {}
  /// Does nothing.
  public func didReach(_ level: Int) {}
  /// Does nothing.
  public func willSettle(_ island: Int, at level: Int) {}
  /// Does nothing.
  public func settle(_ island: Int, _ moments: WeightMoments, slot: Int) {}
  /// Does nothing.
  public func didSettle(_ level: Int, in passes: some ParticlePasses<Worker>) throws {}
  /// Nothing beside its columns.
  public func exchange(_ state: StateExchange) throws {}

  /// Sums the log-weights alone.
  public func summarize(_ block: Block, _ logWeights: Rows<Double>, thread: Int, into moments: Rows<Double>) {
    WeightMoments.write(of: logWeights, into: moments)
  }
}

extension ParticleModel where Worker == Void {
  /// Nothing is made for a thread.
  public func makeWorker(thread: Int) {}
}
