/// What it takes to resample an island: by all threads where islands are fewer than threads, else by one.
///
/// Unchecked: a pass hands each to one island at a time.
package final class ResamplingScratch: @unchecked Sendable {
  /// Normalised, `[n]`.
  private let weights: UnsafeMutablePointer<Double>
  /// The rows to copy, `[n]`.
  private let moves: UnsafeMutablePointer<RowMove>
  /// Which of the particles at the start still have descendants, `[n]`.
  private let marks: UnsafeMutablePointer<UInt8>
  /// The number of children, `[n]`.
  package let counts: UnsafeMutablePointer<Int32>
  /// The parents that a rule without chunks chooses, `[n]`.
  private let ancestors: UnsafeMutablePointer<Int32>?
  package let chunks: ResamplingChunks
  package var workspace = ResamplingWorkspace()
  private let count: Int

  package init(_ plan: PopulationPlan, pool: WorkerPool, in arena: Arena) {
    count = plan.islandParticles
    weights = arena.allocate(Double.self, count)
    moves = arena.allocate(RowMove.self, count)
    marks = arena.allocate(UInt8.self, count)
    counts = arena.allocate(Int32.self, count)
    ancestors = arena.allocate(Int32.self, count, if: plan.chunkedResampler == nil)
    chunks = ResamplingChunks(particles: count, pool: pool, in: arena)
  }

  /// The memory that grows with particles, to be freed.
  package var arrays: [UnsafeMutableRawPointer] {
    [
      UnsafeMutableRawPointer(weights), UnsafeMutableRawPointer(moves), UnsafeMutableRawPointer(marks),
      UnsafeMutableRawPointer(counts),
    ] + (ancestors.map { [UnsafeMutableRawPointer($0)] } ?? [])
  }

  /// Counts the children of an island's particles.
  ///
  /// - Parameters:
  ///   - logWeights: Of the island, in nats.
  ///   - moments: Their sums.
  package func chooseOffspring(
    of logWeights: Rows<Double>, _ moments: WeightMoments, _ plan: PopulationPlan, _ streams: RandomStreams,
    island: Int, step: Int
  ) {
    moments.normalizeAll(
      UnsafeBufferPointer(logWeights.buffer), into: .init(start: weights, count: count), in: chunks)
    let normalized = NormalizedWeights(unchecked: .init(start: weights, count: count))
    let counts = UnsafeMutableBufferPointer(start: counts, count: count)
    if let resampler = plan.chunkedResampler {
      resampler.fillOffspring(
        counts, of: normalized, in: chunks, numbers: streams.resamplingNumbers(island: island, step: step))
      return
    }
    let ancestors = UnsafeMutableBufferPointer(start: ancestors!, count: count)
    streams.withUniforms(island: island, step: step) { generator in
      plan.resampling.resampler.fillAncestors(
        ancestors, of: normalized, workspace: &workspace, using: &generator)
    }
    counts.update(repeating: 0)
    for parent in ancestors { counts[Int(parent)] += 1 }
  }

  /// The rows to copy for the children that were counted.
  package func listMoves() -> UnsafeBufferPointer<RowMove> {
    UnsafeBufferPointer(start: moves, count: Placement.list(counts, into: moves, in: chunks))
  }

  /// How many of the particles at the start still have descendants.
  ///
  /// - Parameters:
  ///   - eves: For each particle the index at the start that it descends from, from `first ..< first + n`.
  ///   - first: The index of the island's first particle.
  package func countAncestors(_ eves: Rows<Int32>, startingAt first: Int) -> Int {
    SurvivingAncestors.count(eves.base, startingAt: first, marks: marks, in: chunks)
  }
}
