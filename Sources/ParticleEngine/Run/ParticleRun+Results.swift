import Foundation

// What a run in progress has to show.

extension ParticleRun {
  /// The weights of all islands together before this step's resampling; the sum is that of `Ẑ_k / K`.
  package var reportedMoments: WeightMoments {
    var merged = WeightMoments()
    for island in islands {
      var moments = island.reported
      guard moments.highest > -.infinity else { continue }
      // Each particle stands for Ẑ_k/(K n) of the whole.
      moments.scale(byLog: island.reportedLogNormalizer - log(Double(plan.particles)))
      merged.merge(moments)
    }
    return merged
  }

  /// The weights that all islands have now together, each island's on the scale of its log Z.
  package var mergedMoments: WeightMoments {
    var merged = WeightMoments()
    for island in islands {
      var moments = island.moments
      guard moments.highest > -.infinity else { continue }
      moments.scale(byLog: island.logNormalizer)
      merged.merge(moments)
    }
    return merged
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
        startingAt: own.lowerBound)
    }
  }

  /// The effective sample size of all islands together. Without noise the copies of a particle never part, and count once.
  package func effectiveSampleSize(_ moments: WeightMoments) -> Double {
    guard model.isNoiseless, islands.contains(where: { $0.resampleCount > 0 }) else {
      return moments.effectiveSampleSize
    }
    let merge = IslandMerge(logNormalizers: islandLogNormalizers)
    let shares = merge.weights.enumerated().reduce(0) { sum, island in
      island.element > 0
        ? sum + island.element * island.element * squaredShares(ofIsland: island.offset) : sum
    }
    return shares > 0 ? 1 / shares : moments.effectiveSampleSize
  }

  /// log Z of each island, in nats.
  package var islandLogNormalizers: [Double] {
    islands.map { $0.logNormalizer + $0.moments.logMean(of: plan.islandParticles) }
  }

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
        effectiveAncestors: 1 / shares)
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

  /// The log-weights of some particles, normalised over all.
  package func normalizedLogWeights(of slots: [Int]) -> [Double] {
    let equal = -LogWeights.logarithm(plan.particles)
    guard plan.carriesWeights else { return Array(repeating: equal, count: slots.count) }
    let logSum = mergedMoments.logSum
    return slots.map {
      population.logWeights.all[$0] + islands[$0 / plan.islandParticles].logNormalizer - logSum
    }
  }

  /// The genealogy of a run that is done.
  package var recordedGenealogy: Genealogy {
    let slices = plan.genealogySlices
    return Genealogy(
      steps: (0..<slices.count).map { slices.lastStep(of: $0) },
      parents: [Int32](onLargePages: slices.count * plan.particles) { parents in
        let recorded = slices.keptCount > 0 ? genealogy : [population.ancestors]
        for (slice, column) in recorded.enumerated() {
          (parents.baseAddress! + slice * plan.particles).update(from: column.all.base, count: plan.particles)
        }
      },
      particles: plan.particles)
  }

  /// The groups of particles that are independent of each other; nil where the way of resampling allows none.
  package var influenceGroups: InfluenceGroups? {
    plan.standardErrorMethod.map { method in
      InfluenceGroups(islands: plan.islands, particles: plan.particles, method: method) {
        Array(population.ancestors.all.buffer)
      }
    }
  }

  /// The row of the trajectory that is due after a step, and starts to follow the slots anew.
  ///
  /// - Parameter states: Reads the states of some slots, row-major.
  package func recordTrajectory(at step: Int, _ states: ([Int]) -> [Float]) -> TrajectoryRow? {
    guard let rows = plan.trajectory, let links = population.trajectoryParents?.all,
      let index = rows.index(ofStep: step)
    else { return nil }
    let slots = (0..<rows.slotCount).map { rows.slot($0) }
    let row = TrajectoryRow(
      index: index, step: step, slots: slots.map { Int32($0) }, parents: slots.map { links[$0] },
      states: states(slots), logWeights: normalizedLogWeights(of: slots))
    let chunks = resampling[0].chunks
    for island in 0..<plan.islands {
      let first = island * plan.islandParticles
      chunks.concurrently { _, chunk in
        for slot in chunks.rows(of: chunk) { links[first + slot] = Int32(truncatingIfNeeded: first + slot) }
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
