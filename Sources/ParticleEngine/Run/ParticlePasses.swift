/// The passes over a population that a step is made of: each on several threads, one after the other.
///
/// The run hands it to ``ParticleModel/begin(in:)`` and ``ParticleModel/advance(from:in:)``. Nobody else calls it.
public protocol ParticlePasses<Worker>: AnyObject {
  /// What one thread takes from block to block.
  associatedtype Worker

  /// Calls `body` once for every block, with what its thread has made. A block is on its way after it.
  ///
  /// - Throws: The first block's error, `RunError.cancelled` where nobody waits any longer.
  func overBlocks(_ body: (Block, Worker) throws -> Void) throws

  /// Calls `body` once for every block. Each has come to the level after it, and its log-weights are looked at: the last
  /// pass of a step, and the only one of its kind.
  ///
  /// - Throws: The first block's error, `RunError.cancelled` where nobody waits any longer.
  func arrive(_ body: (Block, Worker) throws -> Void) throws

  /// Calls `body` once for every task that has to do with other rows than those of a block.
  ///
  /// - Throws: An error of `body`, `RunError.cancelled` where nobody waits any longer.
  func overTasks(_ count: Int, _ body: (Int, Worker) throws -> Void) throws
}
