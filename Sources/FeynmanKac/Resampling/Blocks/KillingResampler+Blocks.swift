internal import CKernels

extension KillingResampler: BlockResampler {
  /// The same rule by blocks: survivors in each, then replacements from all.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in blocks: ResamplingBlocks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: blocks)
    blocks.concurrently { worker, block in
      let rows = blocks.rows(of: block)
      let words = blocks.words(of: worker, count: rows.count)
      numbers.fill(words, stream: ResamplingStream.survival(block))
      let survivors = fk_survivors(
        rows.count, words.baseAddress!, shares.weights + rows.lowerBound, shares.largest,
        counts.baseAddress! + rows.lowerBound)
      blocks.tallies[block] = Int(survivors)
      blocks.masses[block] = blocks.shares[block].total
    }
    var survivors = 0
    for block in 0..<blocks.count { survivors += blocks.tallies[block] }
    BlockDraws.add(weights.count - survivors, to: counts, in: blocks, numbers: numbers, shares: shares)
  }
}
