/// What the numbers of a stream are for. Each purpose has its own counters, so that none shares a number with another.
package enum StreamPurpose: UInt32, Sendable, CaseIterable {
  /// Normals of the start (step 0) and of the steps of a block.
  case proposal = 0
  /// Uniforms of an island's resampler.
  case resampling = 1
  /// Uniforms that pick the component or the sample that a particle starts from.
  case start = 2
  /// Uniforms of what happens after the last step, such as drawing equally weighted samples.
  case output = 3
  /// Normals and uniforms of checks beside a run, which no particle sees.
  case check = 4
  /// Probes and noise with which the density of given rows is found.
  case likelihood = 5
  /// The signs of probes by which particles' log densities are carried.
  case probe = 6
  /// Normals of moves at a level.
  case rejuvenation = 7
  /// Uniforms that accept such moves.
  case acceptance = 8
  /// Uniforms by which whole islands are exchanged.
  case exchange = 9
}

/// The address of a stream of Philox: the four counter words and the key that it is made from.
///
/// | word | holds |
/// |---|---|
/// | key | the seed, low half first |
/// | counter 0 | the draw: each gives four words |
/// | counter 1 | the step, 0 at the start |
/// | counter 2 | the block within the island |
/// | counter 3 | `island << 8 \| purpose` |
///
/// Two streams that differ in anything share no counter, and Philox is a bijection of counters: no word of one comes
/// from a computation of the other.
package struct StreamKey: Sendable, Equatable {
  package let seed: UInt64
  /// `[step, block, island << 8 | purpose]`, words 1 to 3 of the counter.
  package let words: (step: UInt32, block: UInt32, islandAndPurpose: UInt32)

  /// The largest number of islands and of blocks in one that the words have room for.
  package static let islandLimit = 1 << 24
  package static let blockLimit = 1 << 32

  package init(seed: UInt64, island: Int, block: Int = 0, step: Int, purpose: StreamPurpose) {
    precondition(island < Self.islandLimit, "island \(island) of at most \(Self.islandLimit)")
    self.seed = seed
    words = (UInt32(step), UInt32(block), UInt32(island) << 8 | purpose.rawValue)
  }

  package static func == (a: StreamKey, b: StreamKey) -> Bool { a.seed == b.seed && a.words == b.words }
}
