import Foundation

// What a run in progress has to show.

extension SamplingRun {
  /// Frees all that the result does not need.
  func releaseWorkingMemory() {
    var kept: [UnsafeMutableRawPointer] = [UnsafeMutableRawPointer(state.states), .init(state.ancestors)]
    if plan.denoising == .half { kept.append(.init(state.scores)) }
    for column in state.columns(except: kept) { arena.release(column) }
    for scratch in resampling {
      for array in scratch.arrays { arena.release(array) }
      scratch.workspace = ResamplingWorkspace()
    }
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
    let count = plan.islandParticles
    let first = island * count
    let weights = [Double](onLargePages: count) { weights in
      islands[island].moments.normalize(state.logWeights + first, count, into: weights.baseAddress!)
    }
    return weights.withUnsafeBufferPointer { weights in
      LeeWhiteley.squaredShares(
        weights: weights, eves: UnsafeBufferPointer(start: state.ancestors + first, count: count),
        startingAt: first)
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
        for particle in index * plan.islandParticles..<(index + 1) * plan.islandParticles {
          weights[particle] = state.logWeights[particle] + island.logNormalizer
        }
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
        let recorded = slices.keptCount > 0 ? genealogy : state.ancestors
        parents.baseAddress?.update(from: recorded, count: parents.count)
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
      if pull == 0 {
        for index in samples.indices { samples[index] = Float(signal * Double(state.states[index])) }
      } else {
        for index in samples.indices {
          samples[index] = Float(
            signal * (Double(state.states[index]) + pull * Double(state.scores[index])))
        }
      }
    }
  }

  func snapshot(at step: Int) -> ParticleSnapshot {
    ParticleSnapshot(samples: samples(at: step, denoised: false), logWeights: normalizedLogWeights)
  }
}
