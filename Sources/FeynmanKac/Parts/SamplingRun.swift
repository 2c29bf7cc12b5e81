import Foundation

/// A diffusion's particles on their way.
typealias SamplingRun = ParticleRun<Diffusion>

extension SamplingRun {
  /// A run with its memory, before its first particle.
  ///
  /// - Parameters:
  ///   - threads: At most as many as there are blocks are used.
  ///   - givenNormals: In place of the streams', for the coarser of two coupled runs.
  ///   - isCancelled: Asked now and then by the thread that calls; once true, a pass ends with `RunError.cancelled`.
  /// - Throws: `ResourceError` where the system refuses memory or a thread.
  convenience init(
    _ plan: RunPlan, streams: RandomStreams, threads: Int, givenNormals: Column<Float>? = nil,
    isCancelled: (() -> Bool)? = nil
  ) throws {
    let pool = WorkerPool(threads: plan.threads(atMost: threads))
    let memory = PopulationMemory(plan.population, pool: pool, in: Arena())
    let diffusion = Diffusion(
      plan, DiffusionMemory(plan, memory, threads: pool.threads), streams: streams, givenNormals: givenNormals
    )
    try self.init(
      plan.population, diffusion, memory, pool: pool, streams: streams, isCancelled: isCancelled)
  }
}

// MARK: - What a run in progress has to show

extension SamplingRun {
  var diffusionPlan: RunPlan { model.plan }

  /// Frees all that the result does not need.
  func releaseWorkingMemory() {
    let kept: Set<String> = ["states", "ancestors", "log-weights"]
    population.table.release(
      allBut: diffusionPlan.denoising == .half ? kept.union(["scores"]) : kept)
    for scratch in resampling {
      for array in scratch.arrays { arena.release(array) }
      scratch.workspace = ResamplingWorkspace()
    }
  }

  /// Frees what the genealogy was made of.
  func releaseRecords() {
    population.table.release("ancestors")
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
  func effectiveSampleSize(_ moments: WeightMoments) -> Double {
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
        let logWeights = population.logWeights[own]
        for row in 0..<own.count { weights[own.lowerBound + row] = logWeights[row] + island.logNormalizer }
      }
      let logSum = LogWeights.logSumExp(UnsafeBufferPointer(weights))
      for particle in weights.indices { weights[particle] -= logSum }
    }
  }

  /// The genealogy of a run that is done.
  var recordedGenealogy: Genealogy {
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

  /// `x = α y`, with the remaining noise half taken out where asked.
  func samples(at step: Int, denoised: Bool) -> [Float] {
    let signal = diffusionPlan.path.signals[step]
    // ½(ȳ − y) = ½ (v/A) S
    let pull =
      denoised && diffusionPlan.denoising == .half
      ? 0.5 * diffusionPlan.path.levels[step] / diffusionPlan.exponentSums[step] : 0
    return [Float](onLargePages: plan.particles * diffusionPlan.dimensions) { samples in
      let states = model.state.states.all
      if pull == 0 {
        for index in samples.indices { samples[index] = Float(signal * Double(states[index])) }
      } else {
        let scores = model.state.scores.all
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
