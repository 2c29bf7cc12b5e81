internal import CKernels

/// What the shares of one chunk add up to; see ``FixedShares``.
struct ChunkShares {
  /// All of them, in units of `2⁻ᵇ` children.
  var total: Int64
  /// The sum of those below one child, in the same units.
  var small: Int64
  /// The whole children of the others.
  var children: Int64
  /// The largest weight.
  let largest: Double

  /// - Parameters:
  ///   - count: How many weights the chunk has.
  ///   - weights: They start here.
  ///   - scale: `N 2ᵇ`.
  ///   - bits: `b`.
  init(_ count: Int, _ weights: UnsafePointer<Double>, scale: Double, bits: Int) {
    var sums: (Int64, Int64, Int64) = (0, 0, 0)
    largest = withUnsafeMutableBytes(of: &sums) {
      fk_share_sums(
        count, weights, scale, Int32(bits), $0.baseAddress!.assumingMemoryBound(to: Int64.self))
    }
    (total, small, children) = sums
  }
}
