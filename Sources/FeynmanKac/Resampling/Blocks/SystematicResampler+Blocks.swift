internal import CKernels

extension SystematicResampler: BlockResampler {
  /// The same rule by blocks, with one comb through all of them.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in blocks: ResamplingBlocks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: blocks)
    let offset = Int64(numbers.word(stream: ResamplingStream.offset) >> UInt64(64 - shares.bits))
    // Those below one child lie along the comb first, then the fractions of the others.
    var small: Int64 = 0
    var large: Int64 = 0
    for block in 0..<blocks.count { large += blocks.shares[block].small }
    for block in 0..<blocks.count {
      let own = blocks.shares[block]
      blocks.firstShares[block] = (small, large)
      small += own.small
      large += own.total - own.small - own.children << shares.bits
    }
    blocks.concurrently { _, block in
      let rows = blocks.rows(of: block)
      fk_comb_counts(
        rows.count, shares.weights + rows.lowerBound, shares.scale, Int32(shares.bits),
        shares.settledIndex(in: rows), shares.correction, offset, blocks.firstShares[block].first,
        blocks.firstShares[block].second, counts.baseAddress! + rows.lowerBound)
    }
  }
}
