/// Independent draws from a discrete distribution, on several threads.
///
/// Masses are whole numbers, and so are the points that are drawn from `0 ..< total`: no rounding, and an index of mass
/// zero has no point. Draws are first counted by the block they fall into and then, that many for each block, drawn
/// anew inside it, which is the same distribution; a block's counts are written by one thread.
enum BlockDraws {
  /// Adds `draws` indices, with probabilities in proportion to their masses, to `counts`.
  ///
  /// - Parameters:
  ///   - draws: From 0 to the number of particles.
  ///   - blocks: Their `sums[4 * block]` hold the sum of each block's masses, and lose it.
  ///   - mass: Of a particle, `≥ 0`, as whole numbers below `2⁶²` in sum; not all zero.
  static func add(
    _ draws: Int, to counts: UnsafeMutableBufferPointer<Int32>, in blocks: ResamplingBlocks,
    numbers: ResamplingNumbers, mass: (_ particle: Int) -> Int64
  ) {
    guard draws > 0 else { return }
    var total: UInt64 = 0
    for block in 0..<blocks.count {
      total += UInt64(blocks.sums[4 * block])
      blocks.ends[block] = total
    }
    precondition(total > 0, "a draw from masses that are all zero")
    countByBlock(draws, in: blocks, numbers: numbers, total: total)
    var runs = 0
    for block in 0..<blocks.count {
      var drawn = 0
      for worker in 0..<blocks.workers { drawn += Int(blocks.histogram(of: worker)[block]) }
      blocks.sums[4 * block + 1] = Int64(drawn)
      blocks.sums[4 * block + 2] = Int64(runs)
      runs += (drawn + ResamplingBlocks.rows - 1) / ResamplingBlocks.rows
    }
    blocks.concurrently { worker, block in
      let sums = blocks.sums + 4 * block
      guard sums[1] > 0 else { return }
      drawMembers(
        of: block, Int(sums[1]), firstRun: Int(sums[2]), total: UInt64(sums[0]), worker: worker, to: counts,
        in: blocks, numbers: numbers, mass: mass)
    }
  }

  /// How many draws fall into each block, each worker's in a histogram of its own: their sum does not tell who drew.
  private static func countByBlock(
    _ draws: Int, in blocks: ResamplingBlocks, numbers: ResamplingNumbers, total: UInt64
  ) {
    for worker in 0..<blocks.workers {
      blocks.histogram(of: worker).update(repeating: 0, count: blocks.count)
    }
    if blocks.count == 1 {
      blocks.histogram(of: 0)[0] = Int32(truncatingIfNeeded: draws)
      return
    }
    let run = ResamplingBlocks.rows
    let guide = Guide(
      to: blocks.ends, total: total, cells: ResamplingBlocks.blockCells,
      memory: blocks.blockGuide)
    blocks.concurrently(tasks: (draws + run - 1) / run) { worker, task in
      let words = blocks.words(of: worker, count: min(run, draws - task * run))
      numbers.fill(words, stream: ResamplingStream.block(task))
      guide.count(words, into: blocks.histogram(of: worker))
    }
  }

  private static func drawMembers(
    of block: Int, _ draws: Int, firstRun: Int, total: UInt64, worker: Int,
    to counts: UnsafeMutableBufferPointer<Int32>, in blocks: ResamplingBlocks, numbers: ResamplingNumbers,
    mass: (_ particle: Int) -> Int64
  ) {
    let rows = blocks.rows(of: block)
    let ends = blocks.prefixes(of: worker)
    var sum: UInt64 = 0
    for row in rows {
      sum &+= UInt64(truncatingIfNeeded: mass(row))
      ends[row &- rows.lowerBound] = sum
    }
    precondition(sum == total, "masses of \(sum) in a block of \(total)")
    var cells = 2
    while cells < 2 * rows.count { cells *= 2 }
    let guide = Guide(
      to: ends, total: total, cells: cells, memory: blocks.guide(of: worker))
    let run = min(ResamplingBlocks.rows, blocks.particles)
    var left = draws
    var stream = ResamplingStream.member(firstRun)
    while left > 0 {
      let words = blocks.words(of: worker, count: min(run, left))
      numbers.fill(words, stream: stream)
      guide.count(words, into: counts.baseAddress! + rows.lowerBound)
      left -= words.count
      stream += 1
    }
  }
}

/// Finds the length that a random point falls on, of lengths laid end to end, in a few steps on average.
///
/// - Source: the cutpoint method, Chen & Asau 1974 (Devroye 1986, ch. III.2).
private struct Guide {
  private let ends: UnsafePointer<UInt64>
  private let shift: UInt64
  private let total: UInt64
  /// For the first point of each cell the index that it falls on.
  private let first: UnsafeMutablePointer<Int32>

  /// - Parameters:
  ///   - ends: Where each length ends; ascending up to the total.
  ///   - cells: A power of two from 2 on.
  init(
    to ends: UnsafePointer<UInt64>, total: UInt64, cells: Int, memory: UnsafeMutablePointer<Int32>
  ) {
    self.ends = ends
    self.total = total
    first = memory
    shift = UInt64(64 - cells.trailingZeroBitCount)
    var index = 0
    for cell in 0..<cells {
      let point = (UInt64(cell) &<< shift).multipliedFullWidth(by: total).high
      while ends[index] <= point { index &+= 1 }
      first[cell] = Int32(truncatingIfNeeded: index)
    }
  }

  /// Adds one at the index that the point at `word / 2⁶⁴` of the total falls on, for every word.
  @inline(__always)
  func count(_ words: UnsafeMutableBufferPointer<UInt64>, into counts: UnsafeMutablePointer<Int32>) {
    for word in words {
      let point = word.multipliedFullWidth(by: total).high
      var index = Int(first[Int(truncatingIfNeeded: word &>> shift)])
      // Two steps without a branch, which could not be predicted; more are rare.
      index &+= ends[index] <= point ? 1 : 0
      index &+= ends[index] <= point ? 1 : 0
      while ends[index] <= point { index &+= 1 }
      counts[index] &+= 1
    }
  }
}
