/// Fixed chunks of particles that threads share out when they resample, and the memory for it.
///
/// What chunks add up is in whole numbers (see <doc:Resampling>), so that results are the same for any number of threads.
/// One call at a time.
///
/// ```swift
/// let chunks = ResamplingChunks(particles: weights.count)
/// chunks.fillAncestors(ancestors, of: weights, by: SystematicResampler(), numbers: ResamplingNumbers(seed: 1))
/// ```
///
/// Unchecked: within a pass every thread writes what belongs to its own chunk or to itself.
public final class ResamplingChunks: @unchecked Sendable {
  /// The particles of a chunk; the last one may have fewer.
  public static let rows = 1024

  /// Twice the rows, of which a draw uses half at least: it then moves on by one place or less on average.
  static let cells = 2 * rows

  /// `N`.
  public let particles: Int
  /// The number of chunks.
  public let count: Int
  private let pool: WorkerPool
  private let arena: Arena
  /// `[chunks]`, what the shares of each chunk add up to.
  let shares: UnsafeMutablePointer<ChunkShares>
  /// `[chunks]`, where each chunk begins among shares, or parts of them, that are laid one after the other.
  let firstShares: UnsafeMutablePointer<(first: Int64, second: Int64)>
  /// `[chunks]`, the sum of the masses of each chunk that are drawn from, and where it ends among them.
  let masses: UnsafeMutablePointer<Int64>
  let ends: UnsafeMutablePointer<Int64>
  /// `[chunks]`, how many draws fall into each chunk, and the first run of random words that is its own.
  let draws: UnsafeMutablePointer<(count: Int, firstRun: Int)>
  /// `[chunks]`, how many of a chunk's particles are counted: survivors, children or ancestors.
  let tallies: UnsafeMutablePointer<Int>
  /// `[chunks]`, the log-sum of a chunk's weights.
  let logSums: UnsafeMutablePointer<Double>
  /// Where draws among chunks begin to look, `[chunkCells]`.
  let chunkGuide: UnsafeMutablePointer<Int32>
  let chunkCells: Int
  /// `[chunks]` numbers of who copies what.
  let starts: UnsafeMutablePointer<(empty: Int, surplus: Int)>
  private let words: UnsafeMutablePointer<UInt64>
  private let prefixes: UnsafeMutablePointer<Int64>
  private let guides: UnsafeMutablePointer<Int32>
  private let histograms: UnsafeMutablePointer<Int32>

  /// - Parameters:
  ///   - particles: At least 1.
  ///   - threads: Nil for all cores that the process may use; more than there are chunks are not used.
  public convenience init(particles: Int, threads: Int? = nil) {
    let chunks = (particles + Self.rows - 1) / Self.rows
    let threads = max(1, min(Processors.threadCount(threads), chunks, WorkerGate.mostHelpers))
    let arena = Arena()
    self.init(particles: particles, pool: WorkerPool(threads: threads), in: arena)
    precondition(
      !arena.isRefused, "the system has not the \(arena.bytes) bytes that \(particles) particles need")
  }

  init(particles: Int, pool: WorkerPool, in arena: Arena) {
    precondition(particles > 0, "no particles")
    self.particles = particles
    self.pool = pool
    self.arena = arena
    count = (particles + Self.rows - 1) / Self.rows
    shares = arena.allocate(ChunkShares.self, count)
    firstShares = arena.allocate((first: Int64, second: Int64).self, count)
    masses = arena.allocate(Int64.self, count)
    ends = arena.allocate(Int64.self, count)
    draws = arena.allocate((count: Int, firstRun: Int).self, count)
    tallies = arena.allocate(Int.self, count)
    logSums = arena.allocate(Double.self, count)
    var cells = 4096
    while cells < 2 * count { cells *= 2 }
    chunkCells = cells
    chunkGuide = arena.allocate(Int32.self, cells + ChunkDraws.guideMargin)
    starts = arena.allocate((empty: Int, surplus: Int).self, count)
    let rows = min(particles, Self.rows)
    words = arena.allocate(UInt64.self, rows * pool.threads)
    prefixes = arena.allocate(Int64.self, rows * pool.threads)
    guides = arena.allocate(Int32.self, (Self.cells + ChunkDraws.guideMargin) * pool.threads)
    histograms = arena.allocate(Int32.self, count * pool.threads)
  }

  /// The particles of a chunk.
  public func rows(of chunk: Int) -> Range<Int> {
    chunk * Self.rows..<min((chunk + 1) * Self.rows, particles)
  }

  /// Calls `body` once for every chunk, on several threads, no two chunks of one worker at the same time.
  public func concurrently(_ body: (_ worker: Int, _ chunk: Int) -> Void) {
    pool.run(tasks: count, body)
  }

  /// Likewise for tasks of any number.
  func concurrently(tasks: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    pool.run(tasks: tasks, body)
  }

  var workers: Int { pool.threads }

  // MARK: Memory of a worker

  /// Room for the random words of a chunk.
  func words(of worker: Int, count: Int) -> UnsafeMutableBufferPointer<UInt64> {
    .init(start: words + worker * min(particles, Self.rows), count: count)
  }

  /// Where each particle of a chunk ends among the masses that are drawn from.
  func prefixes(of worker: Int) -> UnsafeMutablePointer<Int64> {
    prefixes + worker * min(particles, Self.rows)
  }

  /// Where draws within a chunk begin to look.
  func guide(of worker: Int) -> UnsafeMutablePointer<Int32> {
    guides + worker * (Self.cells + ChunkDraws.guideMargin)
  }

  /// One number for each chunk.
  func histogram(of worker: Int) -> UnsafeMutablePointer<Int32> { histograms + worker * count }
}

// MARK: - Ancestors

extension ResamplingChunks {
  /// Writes the parent of each new particle, ascending.
  ///
  /// - Parameters:
  ///   - ancestors: `N`; to be written.
  ///   - weights: `N`.
  ///   - counts: Scratch, `N`: the number of children of each particle afterwards.
  ///   - resampler: The rule.
  ///   - numbers: Its random words.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    counts: UnsafeMutableBufferPointer<Int32>, by resampler: some ChunkedResampler, numbers: ResamplingNumbers
  ) {
    precondition(
      ancestors.count == particles && weights.count == particles && counts.count == particles,
      "\(weights.count) weights, \(counts.count) counts and \(ancestors.count) ancestors for \(particles) particles"
    )
    resampler.fillOffspring(counts, of: weights, in: self, numbers: numbers)
    concurrently { _, chunk in
      var children = 0
      for row in rows(of: chunk) { children &+= Int(counts[row]) }
      tallies[chunk] = children
    }
    var first: Int64 = 0
    for chunk in 0..<count {
      firstShares[chunk].first = first
      first += Int64(tallies[chunk])
    }
    precondition(first == particles, "\(first) children for \(particles) places")
    concurrently { _, chunk in
      var start = Int(firstShares[chunk].first)
      let end = chunk + 1 < count ? Int(firstShares[chunk + 1].first) : particles
      var parent = chunk * Self.rows
      while start < end {
        start = Offspring.write(
          Int32(truncatingIfNeeded: parent), count: Int(counts[parent]), from: start, before: end,
          into: ancestors)
        parent += 1
      }
    }
  }

  /// The same for log-weights in nats, that need not be normalised.
  ///
  /// - Parameter weights: Scratch, `N`: the normalised weights afterwards.
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, ofLogWeights logWeights: UnsafeBufferPointer<Double>,
    weights: UnsafeMutableBufferPointer<Double>, counts: UnsafeMutableBufferPointer<Int32>,
    by resampler: some ChunkedResampler, numbers: ResamplingNumbers
  ) {
    precondition(
      logWeights.count == particles && weights.count == particles,
      "\(logWeights.count) log-weights and \(weights.count) weights for \(particles) particles")
    // Sums of chunks in Double, merged in their order.
    concurrently { _, chunk in
      logSums[chunk] = WeightMoments(of: .init(rebasing: logWeights[rows(of: chunk)])).logSum
    }
    let blockSums = WeightMoments(of: UnsafeBufferPointer(start: logSums, count: count))
    blockSums.normalizeAll(logWeights, into: weights, in: self)
    fillAncestors(
      ancestors, of: NormalizedWeights(unchecked: UnsafeBufferPointer(weights)), counts: counts,
      by: resampler, numbers: numbers)
  }
}

extension WeightMoments {
  /// Writes `Wᵢ` of all log-weights that were summed.
  func normalizeAll(
    _ logWeights: UnsafeBufferPointer<Double>, into weights: UnsafeMutableBufferPointer<Double>,
    in chunks: ResamplingChunks
  ) {
    chunks.concurrently { _, chunk in
      let rows = chunks.rows(of: chunk)
      normalize(
        logWeights.baseAddress! + rows.lowerBound, rows.count, into: weights.baseAddress! + rows.lowerBound)
    }
  }
}
