import FeynmanKac
import Testing

@Suite("probes")
struct ProbeTests {
  private static func directions(_ dimensions: Int, level: Int, block: Int = 0, seed: UInt64 = 1) -> [[Float]]
  {
    var direction = [Float](repeating: 0, count: dimensions)
    let place = Block(island: 0, index: block, number: block, start: 0, count: 3)
    var probe = Probe(place, seed: seed, dimensions: dimensions, level: level)
    return (0..<3).map { _ in
      direction.withUnsafeMutableBufferPointer {
        probe.fill(Rows(base: $0.baseAddress!, count: 1, width: dimensions))
      }
      return direction
    }
  }

  // Seen to catch: signs that are independent at each level (1,779 of the 2,016 pairs of 64 coordinates); any common bit of both numbers in place
  // of their parity (1,632 of them).
  @Test(
    "of as many levels as there are coordinates take each other's products of two coordinates out",
    arguments: [(1, 1), (2, 2), (3, 4), (64, 64), (70, 128)])
  func cancel(dimensions: Int, period: Int) {
    let first = 3 * period
    let all = (first..<first + period).map { Self.directions(dimensions, level: $0)[1] }
    #expect(all.allSatisfy { $0.allSatisfy { abs($0) == 1 } })
    for i in 0..<dimensions {
      for j in 0..<i { #expect(all.reduce(0) { $0 + $1[i] * $1[j] } == 0) }
    }
  }

  // Seen to catch: the same signs in all periods (9 directions in place of 12).
  @Test("have signs of their own for each particle, block, seed and period, and the same ones again")
  func independent() {
    let all =
      [
        Self.directions(64, level: 0), Self.directions(64, level: 0, block: 1),
        Self.directions(64, level: 0, seed: 2),
        Self.directions(64, level: 64),
      ].flatMap { $0 }
    #expect(Set(all).count == 12)
    #expect(Self.directions(64, level: 7) == Self.directions(64, level: 7))
  }
}
