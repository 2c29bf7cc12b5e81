// What happens between the passes over blocks, island by island.

extension ParticleRun {
  /// Merges the blocks of an island in their order, resamples where the trigger says so and lets the model know.
  package func settle(_ index: Int, at level: Int) throws {
    model.willSettle(index, at: level)
    guard plan.carriesWeights else { return }
    islands[index].moments = mergedMoments(ofIsland: index)
    guard islands[index].moments.highest > -.infinity else {
      throw RunError.allWeightsZero(
        island: plan.share.first + index, step: level, time: plan.times[level])
    }
    let largest = abs(islands[index].moments.highest) + abs(islands[index].logNormalizer)
    guard largest < largestLogWeight else {
      throw RunError.weightsBeyondPrecision(
        island: plan.share.first + index, step: level, time: plan.times[level],
        logWeight: islands[index].moments.highest)
    }
    islands[index].reported = islands[index].moments
    islands[index].reportedLogNormalizer = islands[index].logNormalizer
    islands[index].didResample = false
    if shouldResample(islands[index].moments, at: level) {
      resample(index, at: level)
      islands[index].moments = mergedMoments(ofIsland: index)
    }
    model.settle(index, islands[index].moments, slot: index % resampling.count)
  }

  private func shouldResample(_ moments: WeightMoments, at level: Int) -> Bool {
    let rule = plan.resampling
    // At the end the particles are handed over with their weights.
    guard level < plan.steps, rule.window.contains(plan.progress[level]) else { return false }
    let threshold = rule.threshold
    return threshold >= 1 || moments.effectiveSampleSize < threshold * Double(plan.islandParticles)
  }

  private func resample(_ index: Int, at level: Int) {
    let own = plan.particles(ofIsland: index)
    let moments = islands[index].moments
    let resampling = resampling[index % resampling.count]
    resampling.chooseOffspring(
      of: population.logWeights[own], moments, plan, streams, island: index, step: level)
    let moves = resampling.listMoves()
    follower?.follow(self, moves, island: index)
    let rows = ResamplingChunks.rows
    resampling.chunks.concurrently(tasks: (moves.count + rows - 1) / rows) { _, task in
      let piece = task * rows..<min((task + 1) * rows, moves.count)
      population.table.copy(UnsafeBufferPointer(rebasing: moves[piece]), from: own.lowerBound)
    }
    islands[index].logNormalizer += moments.logMean(of: own.count)
    islands[index].resampleCount += 1
    islands[index].didResample = true
    islands[index].uniqueAncestors = resampling.countAncestors(
      population.ancestors[own], startingAt: firstAncestor(ofIsland: index))
    // New weights, block by block as every step sums them.
    let firstBlock = index * plan.blocksPerIsland
    resampling.chunks.concurrently(tasks: plan.blocksPerIsland) { worker, task in
      let block = blocks[firstBlock + task]
      population.logWeights[block].fill(0)
      summarize(block, resampling.chunks.workers == 1 ? index % pool.threads : worker)
    }
  }

  /// Resamples this run, the coarser one, as the finer one does: its particles keep what they are weighted beyond the
  /// finer one's, so that its log Z stays unbiased though the choice was not by its own weights.
  package func follow(_ finer: ParticleRun, _ moves: UnsafeBufferPointer<RowMove>, island index: Int) {
    let own = plan.particles(ofIsland: index)
    let weights = population.logWeights[own]
    let finerWeights = finer.population.logWeights[own]
    for particle in 0..<own.count where finerWeights[particle] > -.infinity {
      weights[particle] -= finerWeights[particle]
    }
    for move in moves { weights[Int(move.destination)] = weights[Int(move.source)] }
    population.table.copy(moves, from: own.lowerBound)
    islands[index].logNormalizer += finer.islands[index].moments.logMean(of: plan.islandParticles)
  }

  /// Keeps the parents where a slice of the genealogy ends, and starts the next one.
  package func recordGenealogy(ofIsland index: Int, at level: Int) {
    guard let parents = population.parents, let slice = plan.genealogySlices.slice(endingAt: level) else {
      return
    }
    let first = plan.particles(ofIsland: index).lowerBound
    let chunks = resampling[index % resampling.count].chunks
    chunks.concurrently { _, chunk in
      let rows = chunks.rows(of: chunk)
      let slots = first + rows.lowerBound..<first + rows.upperBound
      let own = parents[slots]
      genealogy[slice][slots].copy(from: own)
      for (row, slot) in slots.enumerated() {
        own[row] = Int32(truncatingIfNeeded: plan.firstParticle + slot)
      }
    }
  }
}

/// The largest size of a log-weight, in nats. Above it neighbouring doubles are more than 10⁻⁶ apart, and weights lose their meaning silently.
private let largestLogWeight = 1e10
