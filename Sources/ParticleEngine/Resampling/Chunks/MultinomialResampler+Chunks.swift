extension MultinomialResampler: ChunkedResampler {
  /// The same rule by chunks: all `N` children are independent draws.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in chunks: ResamplingChunks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: chunks)
    chunks.concurrently { _, chunk in
      for row in chunks.rows(of: chunk) { counts[row] = 0 }
      chunks.masses[chunk] = chunks.shares[chunk].total
    }
    ChunkDraws.add(weights.count, to: counts, in: chunks, numbers: numbers, shares: shares)
  }
}
