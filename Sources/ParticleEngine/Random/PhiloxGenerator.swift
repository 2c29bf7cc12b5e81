internal import CKernels

/// Philox4x32-10 as a generator: the numbers of one stream, which is a function of its key alone.
///
/// - Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
package struct PhiloxGenerator: RandomNumberGenerator, Sendable {
  private let key: StreamKey
  private var draw: UInt32 = 0
  private var spare: UInt64?

  package init(_ key: StreamKey) { self.key = key }

  /// The first two words of a counter, low half first, then the other two.
  package mutating func next() -> UInt64 {
    if let value = spare {
      spare = nil
      return value
    }
    let words = Self.words(
      counter: (draw, key.words.step, key.words.block, key.words.islandAndPurpose), key: key.seed)
    draw += 1
    spare = UInt64(words.3) << 32 | UInt64(words.2)
    return UInt64(words.1) << 32 | UInt64(words.0)
  }

  /// The four words that the bijection makes of a counter under a key.
  package static func words(
    counter: (UInt32, UInt32, UInt32, UInt32), key: UInt64
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 6) { memory in
      memory[0] = counter.0
      memory[1] = counter.1
      memory[2] = counter.2
      memory[3] = counter.3
      memory[4] = UInt32(truncatingIfNeeded: key)
      memory[5] = UInt32(truncatingIfNeeded: key >> 32)
      let words = memory.baseAddress!
      fk_philox4x32_10(words, words + 4, words)
      return (memory[0], memory[1], memory[2], memory[3])
    }
  }
}
