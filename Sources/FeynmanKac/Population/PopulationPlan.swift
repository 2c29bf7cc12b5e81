/// What the engine must know of a run: how many particles there are, when they are resampled, what is recorded of them.
struct PopulationPlan: Sendable {
  let particles: Int
  let islands: Int
  /// Rows of one block.
  let blockRows: Int
  /// The time and the progress (0 to 1) of each of the `steps + 1` levels, which errors and the resampling window name.
  let times: [Double]
  let progress: [Double]
  let carriesWeights: Bool
  let resampling: ResamplingRule
  /// The rule where all threads work on it; nil for one that works on one thread, and for sequential random numbers.
  let blockResampler: (any BlockResampler)?
  let trajectory: TrajectoryRows?

  var steps: Int { times.count - 1 }
  var islandParticles: Int { particles / islands }
  var blocksPerIsland: Int { (islandParticles + blockRows - 1) / blockRows }
  var blockCount: Int { blocksPerIsland * islands }
  var genealogySlices: GenealogySlices { GenealogySlices(steps: steps, particles: particles) }

  /// The indices of an island's particles in the run.
  func particles(ofIsland island: Int) -> Range<Int> {
    island * islandParticles..<(island + 1) * islandParticles
  }

  /// How many of the threads that are offered have something to do.
  func threads(atMost threads: Int) -> Int { max(1, min(threads, blockCount, WorkerGate.mostHelpers)) }

  /// All blocks, island by island.
  var blocks: [Block] {
    (0..<islands).flatMap { island in
      (0..<blocksPerIsland).map { index in
        let first = index * blockRows
        return Block(
          island: island, index: index, number: island * blocksPerIsland + index,
          start: island * islandParticles + first, count: min(blockRows, islandParticles - first))
      }
    }
  }

  /// A table for columns of this population.
  func table(in arena: Arena) -> ColumnTable {
    ColumnTable(
      particles: particles, blockRows: blockRows, blockCount: blockCount, blocksPerIsland: blocksPerIsland,
      in: arena)
  }
}
