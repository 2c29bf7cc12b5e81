internal import CKernels

extension KillingResampler: ChunkedResampler {
  /// The same rule by chunks: survivors in each, then replacements from all.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in chunks: ResamplingChunks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: chunks)
    chunks.concurrently { worker, chunk in
      let rows = chunks.rows(of: chunk)
      let words = chunks.words(of: worker, count: rows.count)
      numbers.fill(words, stream: ResamplingStream.survival(chunk))
      let survivors = fk_survivors(
        rows.count, words.baseAddress!, shares.weights + rows.lowerBound, shares.largest,
        counts.baseAddress! + rows.lowerBound)
      chunks.tallies[chunk] = Int(survivors)
      chunks.masses[chunk] = chunks.shares[chunk].total
    }
    var survivors = 0
    for chunk in 0..<chunks.count { survivors += chunks.tallies[chunk] }
    ChunkDraws.add(weights.count - survivors, to: counts, in: chunks, numbers: numbers, shares: shares)
  }
}
