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
    let own = plan.particles(ofIsland: index)
    let moments = islands[index].moments
    let resampling = resampling[index % resampling.count]
    resampling.chooseOffspring(of: state.logWeights[own], moments, plan, streams, island: index, step: step)
    let moves = resampling.listMoves()
    follower?.follow(self, moves, island: index)
    let rows = ResamplingBlocks.rows
    resampling.blocks.concurrently(tasks: (moves.count + rows - 1) / rows) { _, task in
      let piece = task * rows..<min((task + 1) * rows, moves.count)
      state.table.copy(UnsafeBufferPointer(rebasing: moves[piece]), from: own.lowerBound)
    }
    islands[index].logNormalizer += moments.logMean(of: own.count)
    islands[index].resampleCount += 1
    islands[index].didResample = true
    islands[index].uniqueAncestors = resampling.countAncestors(
      state.ancestors[own], startingAt: own.lowerBound)
    // New weights, block by block as every step sums them.
    let firstBlock = index * plan.blocksPerIsland
    resampling.blocks.concurrently(tasks: plan.blocksPerIsland) { worker, task in
      let block = blocks[firstBlock + task]
      state.logWeights[block].fill(0)
      summarize(block, scratch[resampling.blocks.workers == 1 ? index % scratch.count : worker])
    }
  }

  /// Keeps the parents where a slice of the genealogy ends, and starts the next one.
  func recordGenealogy(ofIsland index: Int, step: Int) {
    guard let parents = state.parents, let slice = plan.genealogySlices.slice(endingAt: step) else { return }
    let first = plan.particles(ofIsland: index).lowerBound
    let blocks = resampling[index % resampling.count].blocks
    blocks.concurrently { _, block in
      let rows = blocks.rows(of: block)
      let slots = first + rows.lowerBound..<first + rows.upperBound
      let own = parents[slots]
      genealogy[slice][slots].copy(from: own)
      for (row, slot) in slots.enumerated() { own[row] = Int32(truncatingIfNeeded: slot) }
    }
  }

  private func mergedMoments(of index: Int) -> WeightMoments {
    var merged = WeightMoments()
    for block in sums.moments.ofIsland(index) { merged.merge(WeightMoments(block.base)) }
    return merged
  }

  private func fitLinear(_ index: Int) {
    guard let blockProducts = sums.products else { return }
    let products = resampling[index % resampling.count].products
    products.fill(0)
    for (sums, own) in zip(sums.moments.ofIsland(index), blockProducts.ofIsland(index)) {
      let moments = WeightMoments(sums.base)
      guard moments.highest > -.infinity else { continue }
      let scale = exp(moments.highest - islands[index].moments.highest)
      for i in 0..<products.values { products[i] += scale * own[i] }
    }
    islands[index].control.fitLinear(products.base, dimensions: plan.dimensions)
  }
}
