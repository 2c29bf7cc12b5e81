internal import CKernels

/// Each particle's expected number of children, `N W`, in fixed point: whole multiples of `2⁻ᵇ`.
///
/// Sums of whole numbers don't depend on their order, so chunks can be added up on any number of threads, a prefix sum
/// continues from chunk to chunk without a seam, and a length of zero stays one. The unit is `2⁻⁴⁰` of a child up to
/// two million particles, and `N` children stay below `2⁶¹` beyond; sums of Doubles near `N` are coarser than that
/// from 8,192 particles on.
struct FixedShares {
  /// `b`.
  let bits: Int
  /// `N 2ᵇ`.
  let scale: Double
  let weights: UnsafePointer<Double>
  /// The first particle of the largest weight, and what its share gains so that all shares together are `N` children:
  /// the rounding of the others, at most `N/2` units, and that of the weights' sum.
  let settled: Int
  let correction: Int64
  /// The largest weight.
  let largest: Double

  /// Adds up all chunks: `chunks.shares` holds what each has afterwards, the correction included.
  init(_ weights: NormalizedWeights, in chunks: ResamplingChunks) {
    let count = weights.count
    precondition(count == chunks.particles, "\(count) weights for \(chunks.particles) particles")
    let magnitude = Int.bitWidth - (count - 1).leadingZeroBitCount
    let bits = min(40, 61 - magnitude)
    let scale = Double(count) * Double(sign: .plus, exponent: bits, significand: 1)
    let start = weights.values.baseAddress!
    chunks.concurrently { _, chunk in
      let rows = chunks.rows(of: chunk)
      chunks.shares[chunk] = ChunkShares(rows.count, start + rows.lowerBound, scale: scale, bits: bits)
    }
    var total: Int64 = 0
    var largest = 0.0
    var home = 0
    for chunk in 0..<chunks.count {
      let own = chunks.shares[chunk]
      total += own.total
      if own.largest > largest { (largest, home) = (own.largest, chunk) }
    }
    precondition(largest > 0, "every weight is zero")
    let settled = chunks.rows(of: home).first { weights[$0] == largest }!
    self.bits = bits
    self.scale = scale
    self.weights = start
    self.settled = settled
    self.largest = largest
    correction = Int64(count) << bits - total
    precondition(abs(correction) < 1 << max(bits - 2, 0), "the weights do not sum to one")
    add(correction, to: settled, &chunks.shares[home])
  }

  private func add(_ correction: Int64, to particle: Int, _ shares: inout ChunkShares) {
    let rounded = FixedShares.share(weights[particle], scale)
    let corrected = rounded + correction
    shares.total += correction
    shares.small += (corrected < unit ? corrected : 0) - (rounded < unit ? rounded : 0)
    shares.children += (corrected >> bits) - (rounded >> bits)
  }

  /// One child.
  var unit: Int64 { 1 << bits }

  /// Writes where each share of a chunk ends, laid one after the other from a point on, without the bits outside a mask.
  func fillEnds(
    _ ends: UnsafeMutablePointer<Int64>, of rows: Range<Int>, from start: Int64, mask: Int64 = -1
  ) {
    fk_share_ends(
      rows.count, weights + rows.lowerBound, scale, settledIndex(in: rows), correction, mask, start, ends)
  }

  /// The share of a weight, rounded as the kernels round.
  private static func share(_ weight: Double, _ scale: Double) -> Int64 {
    let units = weight * scale
    return Int64(clamping: units + 0.5)
  }

  /// The index of `settled` in a chunk, or one that no chunk has.
  func settledIndex(in rows: Range<Int>) -> Int {
    rows.contains(settled) ? settled - rows.lowerBound : Int.max
  }
}
