extension ResidualResampler: ChunkedResampler {
  /// The same rule by chunks: whole children in each, then draws in proportion to what is left.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in chunks: ResamplingChunks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: chunks)
    let bits = shares.bits
    var certain = 0
    for chunk in 0..<chunks.count {
      let own = chunks.shares[chunk]
      certain += Int(own.children)
      chunks.masses[chunk] = own.total - own.children << bits
    }
    chunks.concurrently { worker, chunk in
      let rows = chunks.rows(of: chunk)
      let ends = chunks.prefixes(of: worker)
      shares.fillEnds(ends, of: rows, from: 0)
      var start: Int64 = 0
      for row in rows {
        let end = ends[row &- rows.lowerBound]
        counts[row] = Int32(truncatingIfNeeded: (end &- start) &>> Int64(bits))
        start = end
      }
    }
    ChunkDraws.add(
      weights.count - certain, to: counts, in: chunks, numbers: numbers, shares: shares,
      mask: shares.unit - 1)
  }
}
