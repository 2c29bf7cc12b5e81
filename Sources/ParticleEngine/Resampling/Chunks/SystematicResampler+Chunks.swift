internal import CKernels

extension SystematicResampler: ChunkedResampler {
  /// The same rule by chunks, with one comb through all of them.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in chunks: ResamplingChunks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: chunks)
    let offset = Int64(numbers.word(stream: ResamplingStream.offset) >> UInt64(64 - shares.bits))
    // Those below one child lie along the comb first, then the fractions of the others.
    var small: Int64 = 0
    var large: Int64 = 0
    for chunk in 0..<chunks.count { large += chunks.shares[chunk].small }
    for chunk in 0..<chunks.count {
      let own = chunks.shares[chunk]
      chunks.firstShares[chunk] = (small, large)
      small += own.small
      large += own.total - own.small - own.children << shares.bits
    }
    chunks.concurrently { _, chunk in
      let rows = chunks.rows(of: chunk)
      fk_comb_counts(
        rows.count, shares.weights + rows.lowerBound, shares.scale, Int32(shares.bits),
        shares.settledIndex(in: rows), shares.correction, offset, chunks.firstShares[chunk].first,
        chunks.firstShares[chunk].second, counts.baseAddress! + rows.lowerBound)
    }
  }
}
