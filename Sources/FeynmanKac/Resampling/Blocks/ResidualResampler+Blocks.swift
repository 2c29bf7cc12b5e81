extension ResidualResampler: BlockResampler {
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in blocks: ResamplingBlocks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: blocks)
    let bits = shares.bits
    var certain = 0
    for block in 0..<blocks.count {
      certain += Int(blocks.sums[4 * block + 2])
      blocks.sums[4 * block] -= blocks.sums[4 * block + 2] << bits
    }
    blocks.concurrently { _, block in
      for row in blocks.rows(of: block) {
        counts[row] = Int32(truncatingIfNeeded: shares[row] &>> Int64(bits))
      }
    }
    let fraction = shares.unit - 1
    BlockDraws.add(weights.count - certain, to: counts, in: blocks, numbers: numbers) {
      shares[$0] & fraction
    }
  }
}
