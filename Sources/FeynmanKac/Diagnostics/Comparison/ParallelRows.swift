/// Work on fixed blocks of rows over all cores: what a block computes does not depend on the number of threads.
///
/// By a pool of our own: Dispatch waits for ever where the system refuses it a thread.
enum ParallelRows {
  private static func perform(_ tasks: Int, _ body: @Sendable (Int) -> Void) {
    WorkerPool(threads: max(1, min(tasks, Processors.available, 1024))).run(tasks: tasks) { _, task in
      body(task)
    }
  }

  /// Calls `body` with every block of `0..<count`; blocks may run at the same time.
  static func forEachBlock(of count: Int, size: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let blocks = (count + size - 1) / size
    perform(blocks) { block in
      body(block * size..<min(count, (block + 1) * size))
    }
  }

  /// The sum of what `body` returns for every block, added in the order of the blocks.
  static func sum(of count: Int, size: Int, _ body: @Sendable (Range<Int>) -> Double) -> Double {
    let blocks = (count + size - 1) / size
    var partial = [Double](repeating: 0, count: blocks)
    partial.withUnsafeMutableBufferPointer { buffer in
      // Every block writes its own slot, and the call returns when all have.
      nonisolated(unsafe) let slots = buffer
      perform(blocks) { block in
        slots[block] = body(block * size..<min(count, (block + 1) * size))
      }
    }
    return partial.reduce(0, +)
  }

  /// `transform` of every index, `width` at a time.
  static func map<Element: Sendable>(
    _ count: Int, width: Int = .max, _ transform: @Sendable (Int) -> Element
  ) -> [Element] {
    var results = [Element?](repeating: nil, count: count)
    var start = 0
    while start < count {
      let chunk = start..<min(count, width < count ? start + width : count)
      results.withUnsafeMutableBufferPointer { buffer in
        // As above.
        nonisolated(unsafe) let slots = buffer
        perform(chunk.count) { offset in
          slots[chunk.lowerBound + offset] = transform(chunk.lowerBound + offset)
        }
      }
      start = chunk.upperBound
    }
    return results.map { $0! }
  }
}
