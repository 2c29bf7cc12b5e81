import Libc

// What a run in progress has to show.

extension ParticleRun {
  /// What its islands say together, those of this process alone.
  package var states: IslandStates {
    IslandStates(
      islands.baseAddress!, stride: MemoryLayout<IslandState>.stride, count: islands.count,
      islandParticles: plan.islandParticles)
  }

  /// `Σₑ Wₑ²` of an island, `Wₑ` the weight of all descendants of one particle of its start.
  package func squaredShares(ofIsland island: Int) -> Double {
    let own = plan.particles(ofIsland: island)
    let weights = [Double](onLargePages: own.count) { weights in
      islands[island].moments.normalize(
        population.logWeights[own].base, own.count, into: weights.baseAddress!)
    }
    return weights.withUnsafeBufferPointer { weights in
      LeeWhiteley.squaredShares(
        weights: weights, eves: UnsafeBufferPointer(population.ancestors[own].buffer),
        startingAt: firstAncestor(ofIsland: island))
    }
  }

  /// log Z of each island, in nats.
  package var islandLogNormalizers: [Double] { states.logNormalizers }

  /// What was exchanged so far.
  package var exchanges: IslandExchanges { islands[0].exchanges }

  /// What the islands tell of log Z.
  ///
  /// - Parameter shift: What is added to the log Z of each, in nats.
  package func islandEstimates(shiftedBy shift: Double = 0) -> [NormalizerEstimate.Island] {
    zip(islands, islandLogNormalizers).enumerated().map { index, pair in
      let shares = squaredShares(ofIsland: index)
      return NormalizerEstimate.Island(
        logNormalizer: pair.1 + shift, resamplings: pair.0.resampleCount,
        relativeVariance: LeeWhiteley.relativeVariance(
          squaredShares: shares, count: plan.islandParticles, resamplings: pair.0.resampleCount),
        effectiveAncestors: 1 / shares, eve: plan.exchange == nil ? nil : eve(ofIsland: index))
    }
  }

  /// Log-weights over all islands, normalised.
  package var normalizedLogWeights: [Double] {
    guard plan.carriesWeights else {
      return Array(repeating: -log(Double(plan.particles)), count: plan.particles)
    }
    return [Double](onLargePages: plan.particles) { weights in
      for (index, island) in islands.enumerated() {
        let own = plan.particles(ofIsland: index)
        let logWeights = population.logWeights[own]
        for row in 0..<own.count { weights[own.lowerBound + row] = logWeights[row] + island.logNormalizer }
      }
      let logSum = LogWeights.logSumExp(UnsafeBufferPointer(weights))
      for particle in weights.indices { weights[particle] -= logSum }
    }
  }

  /// The log-weights of some particles on the scale of log Z, in nats.
  package func absoluteLogWeights(of particles: [Int]) -> [Double] {
    guard plan.carriesWeights else { return Array(repeating: 0, count: particles.count) }
    return particles.map {
      population.logWeights.all[$0] + islands[$0 / plan.islandParticles].logNormalizer
    }
  }

  /// The genealogy of a run that is done.
  package var recordedGenealogy: Genealogy {
    let slices = plan.genealogySlices
    return Genealogy(
      steps: (0..<slices.count).map { slices.lastStep(of: $0) },
      parents: [Int32](onLargePages: slices.count * plan.particles) { parents in
        let recorded = slices.keptCount > 0 ? genealogy : [population.ancestors]
        let first = Int32(truncatingIfNeeded: plan.firstParticle)
        for (slice, column) in recorded.enumerated() {
          let own = column.all
          let start = slice * plan.particles
          for particle in 0..<plan.particles { parents[start + particle] = own[particle] - first }
        }
      },
      particles: plan.particles)
  }

  /// The groups of particles that are independent of each other; nil where the way of resampling allows none.
  package var influenceGroups: InfluenceGroups? {
    plan.standardErrorMethod.map { method in
      let own = population.ancestors.all
      return InfluenceGroups(islands: plan.islands, particles: plan.particles, method: method) {
        Int(own[$0]) - plan.firstParticle
      }
    }
  }

  /// The row of the trajectory that is due after a step, of the particles of this process, and starts to follow the slots anew.
  /// Its log-weights are on the scale of log Z.
  ///
  /// - Parameter states: Reads the states of some particles, row-major.
  package func recordTrajectory(at step: Int, _ states: ([Int]) -> [Float]) -> TrajectoryRow? {
    guard let rows = plan.trajectory, let links = population.trajectoryParents?.all,
      let index = rows.index(ofStep: step)
    else { return nil }
    let first = plan.firstParticle
    let particles = rows.slots(of: first..<first + plan.particles).map { $0 - first }
    let row = TrajectoryRow(
      index: index, step: step, slots: particles.map { Int32($0 + first) },
      parents: particles.map { links[$0] }, states: states(particles),
      logWeights: absoluteLogWeights(of: particles))
    let chunks = resampling[0].chunks
    for island in 0..<plan.islands {
      let start = island * plan.islandParticles
      chunks.concurrently { _, chunk in
        for slot in chunks.rows(of: chunk) {
          links[start + slot] = Int32(truncatingIfNeeded: first + start + slot)
        }
      }
    }
    return row
  }

  // MARK: - Memory

  /// Frees the columns of particles but those named, and what it took to resample them.
  package func release(allBut kept: Set<String>) {
    population.table.release(allBut: kept)
    for scratch in resampling {
      for array in scratch.arrays { arena.release(array) }
      scratch.workspace = ResamplingWorkspace()
    }
  }

  /// Frees what the genealogy was made of.
  package func releaseRecords() {
    population.table.release("ancestors")
    for slice in genealogy { arena.release(UnsafeMutableRawPointer(slice.base)) }
  }
}
