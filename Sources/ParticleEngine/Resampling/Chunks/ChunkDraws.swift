/// Independent draws from a discrete distribution, on several threads.
///
/// Masses are whole numbers, and so are the points that are drawn from `0 ..< total`: no rounding, and an index of mass
/// zero has no point. Draws are first counted by the chunk they fall into and then, that many for each chunk, drawn
/// anew inside it, which is the same distribution; a chunk's counts are written by one thread.
enum ChunkDraws {
  /// What a guide writes beyond its last cell at most.
  static let guideMargin = 16

  /// Adds `draws` indices, with probabilities in proportion to their masses, to `counts`.
  ///
  /// - Parameters:
  ///   - draws: How many, from 0 to the number of particles.
  ///   - chunks: Their `masses` hold the sum of each chunk's masses.
  ///   - shares: The particles' masses, but for bits outside the mask; not all zero.
  ///   - mask: −1 for whole shares, `unit − 1` for what exceeds whole children.
  static func add(
    _ draws: Int, to counts: UnsafeMutableBufferPointer<Int32>, in chunks: ResamplingChunks,
    numbers: ResamplingNumbers, shares: FixedShares, mask: Int64 = -1
  ) {
    guard draws > 0 else { return }
    var end: Int64 = 0
    for chunk in 0..<chunks.count {
      end += chunks.masses[chunk]
      chunks.ends[chunk] = end
    }
    let total = UInt64(end)
    precondition(total > 0, "a draw from masses that are all zero")
    countByBlock(draws, in: chunks, numbers: numbers, total: total)
    var runs = 0
    for chunk in 0..<chunks.count {
      var drawn = 0
      for worker in 0..<chunks.workers { drawn += Int(chunks.histogram(of: worker)[chunk]) }
      chunks.draws[chunk] = (drawn, runs)
      runs += (drawn + ResamplingChunks.rows - 1) / ResamplingChunks.rows
    }
    chunks.concurrently { worker, chunk in
      let (drawn, firstRun) = chunks.draws[chunk]
      guard drawn > 0 else { return }
      drawMembers(
        of: chunk, drawn, firstRun: firstRun, total: UInt64(chunks.masses[chunk]), worker: worker, to: counts,
        in: chunks, numbers: numbers, shares: shares, mask: mask)
    }
  }

  /// How many draws fall into each chunk, each worker's in a histogram of its own: their sum does not tell who drew.
  private static func countByBlock(
    _ draws: Int, in chunks: ResamplingChunks, numbers: ResamplingNumbers, total: UInt64
  ) {
    for worker in 0..<chunks.workers {
      chunks.histogram(of: worker).update(repeating: 0, count: chunks.count)
    }
    if chunks.count == 1 {
      chunks.histogram(of: 0)[0] = Int32(truncatingIfNeeded: draws)
      return
    }
    let run = ResamplingChunks.rows
    let guide = Guide(
      to: chunks.ends, count: chunks.count, total: total, cells: chunks.chunkCells,
      memory: chunks.chunkGuide)
    chunks.concurrently(tasks: (draws + run - 1) / run) { worker, task in
      let words = chunks.words(of: worker, count: min(run, draws - task * run))
      numbers.fill(words, stream: ResamplingStream.chunk(task))
      guide.count(words, into: chunks.histogram(of: worker))
    }
  }

  private static func drawMembers(
    of chunk: Int, _ draws: Int, firstRun: Int, total: UInt64, worker: Int,
    to counts: UnsafeMutableBufferPointer<Int32>, in chunks: ResamplingChunks, numbers: ResamplingNumbers,
    shares: FixedShares, mask: Int64
  ) {
    let rows = chunks.rows(of: chunk)
    let ends = chunks.prefixes(of: worker)
    shares.fillEnds(ends, of: rows, from: 0, mask: mask)
    precondition(
      ends[rows.count - 1] == Int64(total), "masses of \(ends[rows.count - 1]) in a chunk of \(total)")
    let guide = Guide(
      to: ends, count: rows.count, total: total, cells: ResamplingChunks.cells,
      memory: chunks.guide(of: worker))
    let run = min(ResamplingChunks.rows, chunks.particles)
    var left = draws
    var stream = ResamplingStream.member(firstRun)
    while left > 0 {
      let words = chunks.words(of: worker, count: min(run, left))
      numbers.fill(words, stream: stream)
      guide.count(words, into: counts.baseAddress! + rows.lowerBound)
      left -= words.count
      stream += 1
    }
  }
}

/// Finds the length that a random point falls on, of lengths laid end to end, in a step or two.
///
/// - Source: the cutpoint method, Chen & Asau 1974 (Devroye 1986, ch. III.2).
private struct Guide {
  private let ends: UnsafePointer<Int64>
  private let total: UInt64
  /// A cell has `2^shift` points.
  private let shift: Int64
  /// The index that the first point of each cell falls on.
  private let first: UnsafeMutablePointer<Int32>

  /// - Parameters:
  ///   - ends: Where each length ends; ascending up to the total.
  ///   - total: Above 0.
  ///   - cells: A power of two; at least half of them are used.
  ///   - memory: Room for the cells and `ChunkDraws.guideMargin` more.
  init(
    to ends: UnsafePointer<Int64>, count: Int, total: UInt64, cells: Int, memory: UnsafeMutablePointer<Int32>
  ) {
    self.ends = ends
    self.total = total
    first = memory
    let bits = Int64(64 - (total - 1).leadingZeroBitCount)
    shift = max(0, bits - Int64(cells.trailingZeroBitCount))
    var start = 0
    for index in 0..<count {
      // Sixteen cells are written without a look at the length, and the next ones overwrite what was too much.
      let cell = UnsafeMutableRawPointer(first + start)
      let value = SIMD16(repeating: Int32(truncatingIfNeeded: index))
      cell.storeBytes(of: value, as: SIMD16<Int32>.self)
      // The cells that begin before the end; none for ends at 0.
      let end = Int((ends[index] &- 1) &>> shift) &+ 1
      var next = start &+ 16
      while next < end {
        first[next] = Int32(truncatingIfNeeded: index)
        next &+= 1
      }
      start = end
    }
  }

  /// Adds one at the index that the point at `word / 2⁶⁴` of the total falls on, for every word.
  @inline(__always)
  func count(_ words: UnsafeMutableBufferPointer<UInt64>, into counts: UnsafeMutablePointer<Int32>) {
    for word in words {
      let point = Int64(truncatingIfNeeded: word.multipliedFullWidth(by: total).high)
      var index = Int(first[Int(truncatingIfNeeded: point &>> shift)])
      // Two steps without a branch, which could not be predicted; more are rare.
      index &+= ends[index] <= point ? 1 : 0
      index &+= ends[index] <= point ? 1 : 0
      while ends[index] <= point { index &+= 1 }
      counts[index] &+= 1
    }
  }
}
