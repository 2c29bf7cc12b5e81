extension StratifiedResampler: ChunkedResampler {
  /// The same rule by chunks, with one point in each of `N` equal parts of all weight.
  public func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in chunks: ResamplingChunks,
    numbers: ResamplingNumbers
  ) {
    let shares = FixedShares(weights, in: chunks)
    var start: Int64 = 0
    for chunk in 0..<chunks.count {
      chunks.firstShares[chunk].first = start
      start += chunks.shares[chunk].total
    }
    chunks.concurrently { worker, chunk in
      var strata = Strata(numbers, chunks.words(of: worker, count: chunks.rows(of: 0).count), shares.bits)
      let rows = chunks.rows(of: chunk)
      let ends = chunks.prefixes(of: worker)
      let first = chunks.firstShares[chunk].first
      shares.fillEnds(ends, of: rows, from: first)
      var passed = strata.children(below: first)
      for row in rows {
        let end = ends[row &- rows.lowerBound]
        let below = strata.children(below: end)
        counts[row] = Int32(truncatingIfNeeded: below &- passed)
        passed = below
      }
    }
  }
}

/// One number in each stratum of a child's length, drawn by runs of strata when one is first asked for.
private struct Strata {
  private let numbers: ResamplingNumbers
  private let words: UnsafeMutableBufferPointer<UInt64>
  private let bits: Int
  /// The stratum of the first word.
  private var first = 0
  private var isEmpty = true

  init(_ numbers: ResamplingNumbers, _ words: UnsafeMutableBufferPointer<UInt64>, _ bits: Int) {
    self.numbers = numbers
    self.words = words
    self.bits = bits
  }

  /// The numbers that lie below a point.
  @inline(__always)
  mutating func children(below end: Int64) -> Int64 {
    let stratum = end &>> Int64(bits)
    let fraction = end & (1 &<< Int64(bits) &- 1)
    // At its very beginning a stratum's number is not below, whatever it is; the last one has no other points.
    guard fraction > 0 else { return stratum }
    if isEmpty || stratum &- Int64(first) >= words.count { draw(stratum: Int(stratum)) }
    let number = Int64(words[Int(stratum) &- first] &>> UInt64(64 &- bits))
    return stratum &+ (number < fraction ? 1 : 0)
  }

  private mutating func draw(stratum: Int) {
    let run = stratum / words.count
    first = run * words.count
    isEmpty = false
    numbers.fill(words, stream: ResamplingStream.strata(run))
  }
}
