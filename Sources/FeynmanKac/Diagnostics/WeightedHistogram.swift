/// Shares of weight in equal bins of one coordinate.
package struct WeightedHistogram: Sendable, Equatable {
  /// What the bins cover.
  package let range: ClosedRange<Double>
  /// The weight in each bin, as a part of all weight.
  package let shares: [Double]
  /// The share of the weight that lies beyond the range.
  package let outside: Double

  /// - Parameters:
  ///   - values: Finite, as many as weights; those of weight 0 do not matter.
  ///   - weights: Normalised.
  ///   - range: Not empty; both ends belong to it.
  ///   - bins: At least 1.
  package init(_ values: [Double], weights: [Double], range: ClosedRange<Double>, bins: Int) {
    precondition(values.count == weights.count, "\(values.count) values for \(weights.count) weights")
    precondition(range.lowerBound < range.upperBound && bins > 0, "\(bins) bins in \(range)")
    var shares = [Double](repeating: 0, count: bins)
    var outside = 0.0
    for (value, weight) in zip(values, weights) {
      if let bin = Self.bin(of: value, in: range, bins) { shares[bin] += weight } else { outside += weight }
    }
    self.range = range
    self.shares = shares
    self.outside = outside
  }

  package static func bin(of value: Double, in range: ClosedRange<Double>, _ bins: Int) -> Int? {
    guard range.contains(value) else { return nil }
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return max(0, min(bins - 1, Int(clamping: share * Double(bins))))
  }

  /// Both edges of a bin.
  package func edges(of bin: Int) -> (lower: Double, upper: Double) {
    let width = (range.upperBound - range.lowerBound) / Double(shares.count)
    return (range.lowerBound + width * Double(bin), range.lowerBound + width * Double(bin + 1))
  }

  /// The least range that leaves at most a part of the weight on either side, to a fine bin, and a little more.
  ///
  /// - Parameters:
  ///   - values: Finite where their weight is not 0.
  ///   - weights: Normalised.
  ///   - tail: The part that may lie beyond either end.
  /// - Returns: A range that is not empty, and whose width is finite, also where all values are the same. It is not narrower
  ///   than 256 spacings of floats, which coordinates are: below that a figure's six digits do not tell its edges apart.
  /// - Complexity: O(*N*); nothing is sorted.
  package static func centralRange(
    of values: [Double], weights: [Double], tail: Double = 0.001
  ) -> ClosedRange<Double> {
    var low = Double.infinity
    var high = -Double.infinity
    for (value, weight) in zip(values, weights) where weight > 0 {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return -1...1 }
    // Ends farther apart than the largest number have no bins between them.
    let largest = 0.5 * Double.greatestFiniteMagnitude
    (low, high) = (min(max(low, -largest), largest), min(max(high, -largest), largest))
    guard high - low >= narrowest(low, high) else {
      let room = low == high ? max(0.5, abs(low) * 1e-3) : narrowest(low, high)
      return max(low - room, -largest)...min(high + room, largest)
    }
    let full = low...high
    // Far outliers leave the rest in one bin, so once more inside.
    for _ in 0..<3 {
      let fine = WeightedHistogram(values, weights: weights, range: low...high, bins: 1024)
      let below = zip(values, weights).reduce(0) { $0 + ($1.0 < low ? $1.1 : 0) }
      let above = zip(values, weights).reduce(0) { $0 + ($1.0 > high ? $1.1 : 0) }
      let (first, last) = fine.ends(tail: tail, below: below, above: above)
      let inner = (low: fine.edges(of: first).lower, high: fine.edges(of: last).upper)
      guard inner.high - inner.low >= narrowest(inner.low, inner.high) else { break }
      (low, high) = inner
      if last - first > 256 { break }
    }
    let margin = 0.02 * (high - low)
    return max(full.lowerBound, low - margin)...min(full.upperBound, high + margin)
  }

  /// The narrowest bin of a range with these ends: 256 spacings of floats there.
  private static func narrowest(_ low: Double, _ high: Double) -> Double {
    max(256 * 0x1p-23 * max(abs(low), abs(high)), 1e-300)
  }

  /// The first and last bin that must stay for the parts beyond them to be small.
  private func ends(tail: Double, below: Double, above: Double) -> (Int, Int) {
    var first = 0
    var sum = below
    while first < shares.count - 1, sum + shares[first] <= tail {
      sum += shares[first]
      first += 1
    }
    var last = shares.count - 1
    sum = above
    while last > first, sum + shares[last] <= tail {
      sum += shares[last]
      last -= 1
    }
    return (first, last)
  }
}
