import Foundation

// What a run in progress has to show.

extension SamplingRun {
  /// Frees all that the result does not need.
  func releaseWorkingMemory() {
    let kept: Set<String> = ["states", "ancestors", "log-weights"]
    state.table.release(allBut: plan.denoising == .half ? kept.union(["scores"]) : kept)
    for scratch in resampling {
      for array in scratch.arrays { arena.release(array) }
      scratch.workspace = ResamplingWorkspace()
    }
  }

  /// Frees what the genealogy was made of.
  func releaseRecords() {
    state.table.release("ancestors")
    for slice in genealogy { arena.release(UnsafeMutableRawPointer(slice.base)) }
  }

  /// The weights of all islands together before this step's resampling; the sum is that of `Ẑ_k / K`.
  var reportedMoments: WeightMoments {
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

  /// `Σₑ Wₑ²` of an island, `Wₑ` the weight of all descendants of one particle of its start.
  func squaredShares(ofIsland island: Int) -> Double {
    let own = plan.particles(ofIsland: island)
    let weights = [Double](onLargePages: own.count) { weights in
      islands[island].moments.normalize(state.logWeights[own].base, own.count, into: weights.baseAddress!)
    }
    return weights.withUnsafeBufferPointer { weights in
      LeeWhiteley.squaredShares(
        weights: weights, eves: UnsafeBufferPointer(state.ancestors[own].buffer), startingAt: own.lowerBound)
    }
  }

  /// Of the weights of all islands together. Without noise the copies of a particle never part, and count once.
  func effectiveSampleSize(_ moments: WeightMoments) -> Double {
    guard isNoiseless, islands.contains(where: { $0.resampleCount > 0 }) else {
      return moments.effectiveSampleSize
    }
    let merge = IslandMerge(logNormalizers: islandLogNormalizers)
    let shares = merge.weights.enumerated().reduce(0) { sum, island in
      island.element > 0
        ? sum + island.element * island.element * squaredShares(ofIsland: island.offset) : sum
    }
    return shares > 0 ? 1 / shares : moments.effectiveSampleSize
  }

  /// log Z of each island in `y` coordinates.
  var islandLogNormalizers: [Double] {
    islands.map { $0.logNormalizer + $0.moments.logMean(of: plan.islandParticles) }
  }

  /// Log-weights over all islands, normalised.
  var normalizedLogWeights: [Double] {
    guard plan.carriesWeights else {
      return Array(repeating: -log(Double(plan.particles)), count: plan.particles)
    }
    return [Double](onLargePages: plan.particles) { weights in
      for (index, island) in islands.enumerated() {
        let own = plan.particles(ofIsland: index)
        let logWeights = state.logWeights[own]
        for row in 0..<own.count { weights[own.lowerBound + row] = logWeights[row] + island.logNormalizer }
      }
      let logSum = LogWeights.logSumExp(UnsafeBufferPointer(weights))
      for particle in weights.indices { weights[particle] -= logSum }
    }
  }

  /// Of a run that is done.
  var recordedGenealogy: Genealogy {
    let slices = plan.genealogySlices
    return Genealogy(
      steps: (0..<slices.count).map { slices.lastStep(of: $0) },
      parents: [Int32](onLargePages: slices.count * plan.particles) { parents in
        let recorded = slices.keptCount > 0 ? genealogy : [state.ancestors]
        for (slice, column) in recorded.enumerated() {
          (parents.baseAddress! + slice * plan.particles).update(from: column.all.base, count: plan.particles)
        }
      },
      particles: plan.particles)
  }

  /// `x = α y`, with the remaining noise half taken out where asked.
  func samples(at step: Int, denoised: Bool) -> [Float] {
    let signal = plan.path.signals[step]
    // ½(ȳ − y) = ½ (v/A) S
    let pull =
      denoised && plan.denoising == .half ? 0.5 * plan.path.levels[step] / plan.exponentSums[step] : 0
    return [Float](onLargePages: plan.particles * plan.dimensions) { samples in
      let states = state.states.all
      if pull == 0 {
        for index in samples.indices { samples[index] = Float(signal * Double(states[index])) }
      } else {
        let scores = state.scores.all
        for index in samples.indices {
          samples[index] = Float(signal * (Double(states[index]) + pull * Double(scores[index])))
        }
      }
    }
  }

  func snapshot(at step: Int) -> ParticleSnapshot {
    ParticleSnapshot(samples: samples(at: step, denoised: false), logWeights: normalizedLogWeights)
  }
}
