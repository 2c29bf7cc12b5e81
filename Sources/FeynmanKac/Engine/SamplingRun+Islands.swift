internal import CKernels
import Foundation

// What happens between the passes over blocks, island by island.

extension SamplingRun {
  func prepareMove(_ island: inout IslandState, _ numbers: StepNumbers, step: Int) {
    let variance = island.move.variance
    island.move = Move(plan.scheme, numbers, slope: island.control.slope, response: island.response)
    if plan.role == .finer { island.pairing = pairing(of: island, after: variance, numbers, step: step) }
    if plan.usesKernels {
      island.reversal = Move.exponentialReversal(numbers, slope: island.control.slope)
    }
    guard let offset = island.control.offset else { return }
    for j in 0..<plan.dimensions {
      island.offsets?[j] = Float(island.move.offsetFactor * offset[j])
      island.reversalOffsets?[j] = Float(island.reversal.offsetFactor * offset[j])
    }
  }

  /// Merges the blocks of an island in their order, resamples where the trigger says so and fits the next control.
  func settle(_ index: Int, step: Int) throws {
    decideAlignment(index, step: step)
    guard plan.carriesWeights else { return }
    islands[index].moments = mergedMoments(of: index)
    guard islands[index].moments.highest > -.infinity else {
      throw RunError.allWeightsZero(island: index, step: step, time: plan.path.times[step])
    }
    let largest = abs(islands[index].moments.highest) + abs(islands[index].logNormalizer)
    guard largest < Self.largestLogWeight else {
      throw RunError.weightsBeyondPrecision(
        island: index, step: step, time: plan.path.times[step], logWeight: islands[index].moments.highest)
    }
    islands[index].reported = islands[index].moments
    islands[index].reportedLogNormalizer = islands[index].logNormalizer
    islands[index].didResample = false
    if shouldResample(islands[index].moments, step: step) {
      resample(index, step: step)
      islands[index].moments = mergedMoments(of: index)
    }
    switch plan.control {
    case .none: break
    case .radial: islands[index].control.fitRadial(islands[index].moments)
    case .linear: fitLinear(index)
    }
  }

  /// In nats. Above it neighbouring doubles are more than 10⁻⁶ apart, and weights lose their meaning silently.
  private static let largestLogWeight = 1e10

  private func shouldResample(_ moments: WeightMoments, step: Int) -> Bool {
    let rule = plan.resampling
    // At the end the particles are handed over with their weights.
    guard step < plan.steps, rule.window.contains(plan.path.progress[step]) else { return false }
    let threshold = rule.threshold
    return threshold >= 1 || moments.effectiveSampleSize < threshold * Double(plan.islandParticles)
  }

  private func resample(_ index: Int, step: Int) {
    let count = plan.islandParticles
    let first = index * count
    let moments = islands[index].moments
    let resampling = resampling[index % resampling.count]
    resampling.chooseOffspring(
      of: state.logWeights + first, moments, plan, streams, island: index, step: step)
    let moves = resampling.listMoves()
    follower?.follow(self, moves, island: index)
    let rows = ResamplingBlocks.rows
    resampling.blocks.concurrently(tasks: (moves.count + rows - 1) / rows) { _, task in
      let own = task * rows..<min((task + 1) * rows, moves.count)
      state.copy(UnsafeBufferPointer(rebasing: moves[own]), offset: first)
    }
    islands[index].logNormalizer += moments.logMean(of: count)
    islands[index].resampleCount += 1
    islands[index].didResample = true
    islands[index].uniqueAncestors = resampling.countAncestors(state.ancestors + first, startingAt: first)
    // New weights, block by block as every step sums them.
    let firstBlock = index * plan.blocksPerIsland
    resampling.blocks.concurrently(tasks: plan.blocksPerIsland) { worker, task in
      let block = blocks[firstBlock + task]
      (state.logWeights + block.start).update(repeating: 0, count: block.count)
      summarize(block, scratch[resampling.blocks.workers == 1 ? index % scratch.count : worker])
    }
  }

  /// Keeps the parents where a slice of the genealogy ends, and starts the next one.
  func recordGenealogy(ofIsland index: Int, step: Int) {
    guard let parents = state.parents, let slice = plan.genealogySlices.slice(endingAt: step) else { return }
    let first = index * plan.islandParticles
    let blocks = resampling[index % resampling.count].blocks
    blocks.concurrently { _, block in
      let rows = blocks.rows(of: block)
      let start = first + rows.lowerBound
      (genealogy + slice * plan.particles + start).update(from: parents + start, count: rows.count)
      for slot in start..<start + rows.count { parents[slot] = Int32(truncatingIfNeeded: slot) }
    }
  }

  private func mergedMoments(of index: Int) -> WeightMoments {
    var merged = WeightMoments()
    for block in 0..<plan.blocksPerIsland {
      let number = index * plan.blocksPerIsland + block
      merged.merge(WeightMoments(blockMoments + WeightMoments.sumCount * number))
    }
    return merged
  }

  private func fitLinear(_ index: Int) {
    guard let blockProducts else { return }
    let size = (plan.dimensions + 3) * (plan.dimensions + 3)
    let first = index * plan.blocksPerIsland
    let products = resampling[index % resampling.count].products
    for i in 0..<size { products[i] = 0 }
    for block in first..<first + plan.blocksPerIsland {
      let moments = WeightMoments(blockMoments + WeightMoments.sumCount * block)
      guard moments.highest > -.infinity else { continue }
      let scale = exp(moments.highest - islands[index].moments.highest)
      for i in 0..<size { products[i] += scale * blockProducts[size * block + i] }
    }
    islands[index].control.fitLinear(products, dimensions: plan.dimensions)
  }
}
