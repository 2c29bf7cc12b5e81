extension ResidualResampler: BlockResampler {
  /// The same rule by blocks: whole children in each, then draws in proportion to what is left.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in blocks: ResamplingBlocks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: blocks)
    let bits = shares.bits
    var certain = 0
    for block in 0..<blocks.count {
      let own = blocks.shares[block]
      certain += Int(own.children)
      blocks.masses[block] = own.total - own.children << bits
    }
    blocks.concurrently { worker, block in
      let rows = blocks.rows(of: block)
      let ends = blocks.prefixes(of: worker)
      shares.fillEnds(ends, of: rows, from: 0)
      var start: Int64 = 0
      for row in rows {
        let end = ends[row &- rows.lowerBound]
        counts[row] = Int32(truncatingIfNeeded: (end &- start) &>> Int64(bits))
        start = end
      }
    }
    BlockDraws.add(
      weights.count - certain, to: counts, in: blocks, numbers: numbers, shares: shares,
      mask: shares.unit - 1)
  }
}
