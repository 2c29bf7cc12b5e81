/// A Feynman-Kac model: what draws particles, moves them and weighs them. Everything else about a population is the
/// engine's: blocks and threads, weights and their sums, resampling, islands, log Z, genealogy and trajectory.
///
/// A pass calls `begin` or `advance` once for every block, on several threads; each writes the rows of its own block.
/// Between passes one thread calls `willAdvance` and `didAdvance`, and each island is settled by one thread.
/// - Source: the potentials and kernels of Del Moral 2004, Feynman-Kac Formulae.
protocol ParticleModel: AnyObject, Sendable {
  /// What one thread takes from block to block.
  associatedtype Worker

  /// Made once for each thread, by that thread.
  ///
  /// - Parameter thread: From 0 to the number of threads − 1.
  func makeWorker(thread: Int) -> Worker

  /// log Z of what `begin` draws from, in nats, beside the weights that it sets.
  var initialLogNormalizer: Double { get }

  /// Draws a block's particles and sets their log-weights, which are 0 before.
  func begin(_ block: Block, _ worker: Worker) throws

  /// Called before the pass that moves all blocks from level `step` to `step + 1`.
  func willAdvance(_ step: Int)

  /// Moves a block's particles from level `step` to `step + 1` and adds to their log-weights.
  func advance(_ block: Block, from step: Int, _ worker: Worker) throws

  /// Called once all blocks have come to a level: 0 after `begin`.
  func didReach(_ level: Int)

  /// Called for each island at each level, before its weights are looked at.
  func willSettle(_ island: Int, at level: Int)

  /// Writes the sums of a block's weights, as `WeightMoments` reads them.
  func summarize(_ block: Block, thread: Int, into moments: Rows<Double>)

  /// Called for each island at each level, once it has resampled or not.
  ///
  /// - Parameters:
  ///   - moments: The sums of the weights that its particles have now.
  ///   - slot: Which of the memories for islands that are settled at the same time is free.
  func settle(_ island: Int, _ moments: WeightMoments, slot: Int)
}
