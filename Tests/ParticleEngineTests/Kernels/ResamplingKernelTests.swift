import CKernels
import Testing

@Suite("kernels that count children")
struct ResamplingKernelTests {
  private static let counts = [1, 7, 8, 9, 64, 1023, 1024]
  private static let bits = 40

  private static func weights(_ count: Int) -> [Double] {
    var generator = SeededBits(seed: UInt64(count))
    let raw = (0..<count).map { $0 % 5 == 3 ? 0 : exponential(3 * generator.uniform()) }
    return normalized(raw.reduce(0, +) > 0 ? raw : raw.map { _ in 1 })
  }

  private static func shares(_ weights: [Double]) -> [Int64] {
    let scale = Double(weights.count) * 0x1p40
    return weights.map { Int64(clamping: ($0 * scale).rounded()) }
  }

  @Test("sums of shares are those of whole numbers", arguments: KernelLevel.available)
  func sums(_ level: KernelLevel) {
    for count in Self.counts {
      let weights = Self.weights(count)
      let shares = Self.shares(weights)
      var sums = [Int64](repeating: -1, count: 3)
      let largest = level.kernels.share_sums(
        count, weights, Double(count) * 0x1p40, Int32(Self.bits), &sums)
      #expect(largest == weights.max())
      // A tie of rounding may go either way.
      #expect(abs(sums[0] - shares.reduce(0, +)) <= 1)
      #expect(abs(sums[1] - shares.filter { $0 < 1 << 40 }.reduce(0, +)) <= 1)
      #expect(sums[2] == shares.reduce(0) { $0 + $1 >> 40 })
    }
  }

  @Test("a comb counts its teeth", arguments: KernelLevel.available)
  func comb(_ level: KernelLevel) {
    let unit: Int64 = 1 << 40
    for count in Self.counts {
      let weights = Self.weights(count)
      let shares = Self.shares(weights)
      for (offset, small, large) in [
        (0, 0, unit / 3), (unit - 1, 5 * unit + 17, 9 * unit), (unit / 7, unit - 1, 2 * unit),
      ] {
        let settled = count / 2
        var counts = [Int32](repeating: -1, count: count)
        level.kernels.comb_counts(
          count, weights, Double(count) * 0x1p40, Int32(Self.bits), settled, 12345, offset, small, large,
          &counts)
        var ends = (small, large)
        func below(_ end: Int64) -> Int64 { end <= offset ? 0 : (end - offset - 1) / unit + 1 }
        for index in 0..<count {
          let share = shares[index] + (index == settled ? 12345 : 0)
          let before = below(ends.0) + below(ends.1)
          if share < unit { ends.0 += share } else { ends.1 += share % unit }
          #expect(Int64(counts[index]) == share / unit + below(ends.0) + below(ends.1) - before)
        }
      }
    }
  }

  @Test("ends are the sums of what the mask leaves", arguments: KernelLevel.available)
  func ends(_ level: KernelLevel) {
    for count in Self.counts {
      let weights = Self.weights(count)
      let shares = Self.shares(weights)
      for mask in [-1, (1 << 40) - 1] as [Int64] {
        var ends = [Int64](repeating: -1, count: count)
        level.kernels.share_ends(count, weights, Double(count) * 0x1p40, count - 1, -7, mask, 99, &ends)
        var sum: Int64 = 99
        for index in 0..<count {
          sum += (shares[index] - (index == count - 1 ? 7 : 0)) & mask
          #expect(abs(ends[index] - sum) <= 1)
        }
      }
    }
  }

  @Test("survivors are those whose number is below their weight", arguments: KernelLevel.available)
  func survivors(_ level: KernelLevel) {
    for count in Self.counts {
      let weights = Self.weights(count)
      let largest = weights.max()!
      var generator = SeededBits(seed: 9)
      var words = (0..<count).map { _ in generator.next() }
      words[0] = .max
      var counts = [Int32](repeating: -1, count: count)
      let survivors = level.kernels.survivors(count, words, weights, largest, &counts)
      let expected = zip(words, weights).map { word, weight -> Int32 in
        Double(word >> 12) * 0x1p-52 * largest < weight ? 1 : 0
      }
      #expect(counts == expected)
      #expect(survivors == expected.reduce(0) { $0 + Int($1) })
    }
  }

  @Test("marks are set where an index says", arguments: KernelLevel.available)
  func marks(_ level: KernelLevel) {
    var marks = [UInt8](repeating: 0, count: 6)
    level.kernels.mark(4, [7, 5, 5, 10], 5, &marks)
    #expect(marks == [1, 0, 1, 0, 0, 1])
  }
}
