extension MultinomialResampler: BlockResampler {
  /// The same rule by blocks: all `N` children are independent draws.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in blocks: ResamplingBlocks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: blocks)
    blocks.concurrently { _, block in
      for row in blocks.rows(of: block) { counts[row] = 0 }
      blocks.masses[block] = blocks.shares[block].total
    }
    BlockDraws.add(weights.count, to: counts, in: blocks, numbers: numbers, shares: shares)
  }
}
