/// What resamplers do with numbers of children.
enum Offspring {
  /// Writes every parent as often as it has children, in ascending order.
  ///
  /// - Parameter counts: Numbers of children, as many as ancestors, with the number of ancestors for their sum.
  static func expand(
    _ counts: UnsafeMutableBufferPointer<Int32>, into ancestors: UnsafeMutableBufferPointer<Int32>
  ) {
    var start = 0
    for parent in counts.indices {
      let end = start + Int(counts[parent])
      write(Int32(truncatingIfNeeded: parent), from: start, to: end, into: ancestors)
      start = end
    }
    precondition(start == ancestors.count, "\(start) children for \(ancestors.count) places")
  }

  /// Writes one parent into `ancestors[start..<end]`, and possibly into the three places after.
  ///
  /// Four places are written at once without a look at `end`, because a branch on a random number of children costs
  /// more than the stores; the next parents overwrite what was too much.
  @inline(__always)
  static func write(
    _ parent: Int32, from start: Int, to end: Int, into ancestors: UnsafeMutableBufferPointer<Int32>
  ) {
    var next = start
    if start + 4 <= ancestors.count {
      UnsafeMutableRawPointer(ancestors.baseAddress! + start)
        .storeBytes(of: SIMD4(repeating: parent), as: SIMD4<Int32>.self)
      next += 4
    }
    while next < end {
      ancestors[next] = parent
      next += 1
    }
  }

  /// Writes one parent `count` times from `start` on, and possibly into places after, but none from `end` on.
  ///
  /// - Returns: Where the next parent goes.
  @inline(__always)
  static func write(
    _ parent: Int32, count: Int, from start: Int, before end: Int,
    into ancestors: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    var next = start
    if start &+ 4 <= end {
      UnsafeMutableRawPointer(ancestors.baseAddress! + start)
        .storeBytes(of: SIMD4(repeating: parent), as: SIMD4<Int32>.self)
      next &+= 4
    }
    let last = start &+ count
    while next < last {
      ancestors[next] = parent
      next &+= 1
    }
    return last
  }

  /// Every particle its own parent.
  static func writeIdentity(into ancestors: UnsafeMutableBufferPointer<Int32>) {
    for slot in ancestors.indices { ancestors[slot] = Int32(truncatingIfNeeded: slot) }
  }

  /// Mends a total that rounding left wrong, for counts that must be `⌊N Wᵢ⌋` or one more with `N Wᵢ` not whole.
  ///
  /// - Parameter missing: How many children there are too few; negative for too many.
  static func settle(
    _ missing: Int, in counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights
  ) {
    var missing = missing
    let scale = Double(weights.count)
    for index in counts.indices.reversed() where missing != 0 {
      let expected = scale * weights[index]
      let whole = Int32(clamping: expected)
      guard Double(whole) < expected else { continue }
      if missing > 0, counts[index] == whole {
        counts[index] += 1
        missing -= 1
      } else if missing < 0, counts[index] > whole {
        counts[index] -= 1
        missing += 1
      }
    }
    precondition(missing == 0, "the weights do not sum to one")
  }
}
