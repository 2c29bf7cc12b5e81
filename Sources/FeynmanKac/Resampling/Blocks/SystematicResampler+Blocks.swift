internal import CKernels

extension SystematicResampler: BlockResampler {
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in blocks: ResamplingBlocks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: blocks)
    let offset = Int64(numbers.word(stream: ResamplingStream.offset) >> UInt64(64 - shares.bits))
    // Those below one child lie along the comb first, then the fractions of the others.
    let sums = blocks.sums
    var small: Int64 = 0
    var large: Int64 = 0
    for block in 0..<blocks.count { large += sums[4 * block + 1] }
    for block in 0..<blocks.count {
      let own = sums + 4 * block
      let fractions = own[0] - own[1] - own[2] << shares.bits
      (own[0], small) = (small, small + own[1])
      (own[1], large) = (large, large + fractions)
    }
    blocks.concurrently { _, block in
      let rows = blocks.rows(of: block)
      fk_comb_counts(
        rows.count, shares.weights + rows.lowerBound, shares.scale, Int32(shares.bits),
        shares.settledIndex(in: rows), shares.correction, offset, sums[4 * block], sums[4 * block + 1],
        counts.baseAddress! + rows.lowerBound)
    }
  }
}
