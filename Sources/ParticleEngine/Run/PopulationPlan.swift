/// What the engine must know of a run: how many particles there are, when they are resampled, what is recorded of them.
package struct PopulationPlan: Sendable {
  /// The particles of this process, as all that follows: another may have the rest.
  package let particles: Int
  package let islands: Int
  /// Which of the run's islands these are.
  package let share: IslandShare
  /// Rows of one block.
  package let blockRows: Int
  /// The time and the progress (0 to 1) of each of the `steps + 1` levels, which errors and the resampling window name.
  package let times: [Double]
  package let progress: [Double]
  package let carriesWeights: Bool
  package let resampling: ResamplingRule
  /// The rule where all threads work on it; nil for one that works on one thread, and for sequential random numbers.
  package let chunkedResampler: (any ChunkedResampler)?
  package let trajectory: TrajectoryRows?
  /// When whole islands are resampled; nil for never.
  package let exchange: IslandExchange?
  /// Whether the engine looks for log-weights that are not finite: not where the model does.
  package let checksWeights: Bool

  /// - Parameters:
  ///   - particles: Those of the whole run.
  ///   - islands: Likewise.
  ///   - share: The islands of this process; nil for all.
  package init(
    particles: Int, islands: Int, share: Range<Int>? = nil, blockRows: Int, times: [Double],
    progress: [Double],
    carriesWeights: Bool, resampling: ResamplingRule, generator: GeneratorKind,
    trajectory: TrajectoryRows? = nil, exchange: IslandExchange? = nil, checksWeights: Bool = false
  ) {
    self.share = IslandShare(share, of: islands)
    self.islands = self.share.count
    self.particles = particles / islands * self.share.count
    self.blockRows = blockRows
    self.times = times
    self.progress = progress
    self.carriesWeights = carriesWeights
    self.resampling = resampling
    chunkedResampler = generator.isSequential ? nil : resampling.resampler as? any ChunkedResampler
    self.trajectory = trajectory
    self.exchange = exchange
    self.checksWeights = checksWeights
  }

  /// Refuses numbers of particles and islands that no run can have, and kernels that this processor lacks.
  ///
  /// - Throws: `SetupError`.
  package static func checkCounts(particles: Int, islands: Int) throws {
    if let fault = Platform.kernelFault { throw fault }
    guard particles >= 1, particles <= Int(Int32.max) else {
      throw SetupError("particles", "\(particles); give a whole number from 1 to \(Int32.max)")
    }
    guard islands >= 1, particles % islands == 0 else {
      throw SetupError(
        "islands", "\(islands) islands do not divide \(particles) particles; give a divisor of `particles`")
    }
  }

  package var steps: Int { times.count - 1 }
  package var islandParticles: Int { particles / islands }
  /// The number of the first particle among those of the whole run.
  package var firstParticle: Int { share.first * islandParticles }
  /// The particles of the whole run.
  package var particlesOfAll: Int { share.total * islandParticles }
  package var blocksPerIsland: Int { (islandParticles + blockRows - 1) / blockRows }
  package var blockCount: Int { blocksPerIsland * islands }
  package var genealogySlices: GenealogySlices { GenealogySlices(steps: steps, particles: particlesOfAll) }

  /// The estimator that is right for this way of resampling, where the run leaves it enough to go by.
  package var standardErrorMethod: Estimate.StandardErrorMethod? {
    guard carriesWeights else { return nil }
    if islands >= NormalizerEstimate.islandsForSpread { return .islandSpread }
    let threshold = resampling.threshold
    return threshold == 0 || (threshold < 1 && resampling.resampler.supportsLeeWhiteley) ? .leeWhiteley : nil
  }

  /// The indices of an island's particles in the run.
  package func particles(ofIsland island: Int) -> Range<Int> {
    island * islandParticles..<(island + 1) * islandParticles
  }

  /// How many of the threads that are offered have something to do.
  package func threads(atMost threads: Int) -> Int {
    max(1, min(threads, blockCount, WorkerGate.mostHelpers))
  }

  /// All blocks, island by island.
  package var blocks: [Block] {
    (0..<islands).flatMap { island in
      (0..<blocksPerIsland).map { index in
        let first = index * blockRows
        return Block(
          island: island, index: index, number: island * blocksPerIsland + index,
          start: island * islandParticles + first, count: min(blockRows, islandParticles - first),
          after: (share.first, firstParticle))
      }
    }
  }

  /// A table for columns of this population.
  package func table(in arena: Arena) -> ColumnTable {
    ColumnTable(
      particles: particles, blockRows: blockRows, blockCount: blockCount, blocksPerIsland: blocksPerIsland,
      in: arena)
  }
}
