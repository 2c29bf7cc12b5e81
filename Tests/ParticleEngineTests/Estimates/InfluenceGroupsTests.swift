import Foundation
import ParticleEngine
import Testing

@Suite("groups of particles that are independent of one another")
struct InfluenceGroupsTests {
  private static func groups(_ ancestors: [Int32]) -> InfluenceGroups {
    InfluenceGroups(islands: 1, particles: ancestors.count, method: .leeWhiteley) { Int(ancestors[$0]) }
  }

  // Seen to catch: particles in place of groups (√6 in place of √18).
  @Test("the standard error sums influences by ancestor")
  func sums() {
    let spread = Self.groups([0, 0, 0, 3, 3, 3, 5, 5, 5, 9]).spread { $0 < 6 ? 1 : 0 }
    #expect(abs(spread.standardError - 18.0.squareRoot()) < 1e-12)
    // Two influences of 3 and eight of none: 2/(162/324 − 1/10).
    #expect(abs(spread.degreesOfFreedom - 5) < 1e-12)
    let less = Self.groups([0, 0, 0, 3, 3, 5]).spread(less: 1) { _ in 1 }
    #expect(abs(less.standardError - 8.0.squareRoot()) < 1e-12)
  }

  // Normal influences have the kurtosis 3, so that 2,000 groups have 2/(3/2000 − 1/2000) = 2,000 degrees of freedom, known to ± 150 by the
  // spread of a sample's kurtosis; one that makes all of the sum leaves 2.
  @Test("the degrees of freedom are those of the influences' fourth moment")
  func degrees() {
    var generator = PhiloxGenerator(StreamKey(seed: 5, island: 0, step: 0, purpose: .output))
    let normals = (0..<2000).map { _ in
      (-2 * log(1 - generator.uniform())).squareRoot() * cos(2 * .pi * generator.uniform())
    }
    let all = Self.groups((0..<2000).map { Int32($0) })
    #expect(abs(all.spread { normals[$0] }.degreesOfFreedom - 2000) < 4.5 * 150)
    let one = all.spread { $0 == 7 ? 1 : 0 }.degreesOfFreedom
    #expect(abs(one - 2) < 0.01)
    #expect(all.spread { _ in 1 }.degreesOfFreedom == 1999)
    #expect(all.spread { _ in 0 }.standardError == 0)
  }
}
