import Foundation
import ParticleEngine
import Testing

/// Weights whose tail has a known shape.
@Suite("the shape of the weights' tail")
struct ParetoTailTests {
  /// Numbers in `(0, 1)`, each in a slice of its own.
  private static func stratified(_ count: Int, seed: UInt64) -> [Double] {
    var generator = PhiloxGenerator(StreamKey(seed: seed, island: 0, block: 0, step: 0, purpose: .check))
    return (0..<count).map { (Double($0) + generator.uniform()) / Double(count) }
  }

  // A Pareto distribution of index 1/k exceeds any bound by a generalized Pareto distribution of shape k. The fit to 189 of 4,000 has the standard
  // error (1 + k)/√189, and half as much where their ranks are even; the prior draws ten parts in 199 to 1/2.
  // Seen to catch: the largest weights themselves in place of what they exceed the bound by (off by 0.5 to 0.7).
  @Test("a power law has its own", arguments: [0.2, 0.5, 0.8, 1.4])
  func powerLaw(_ shape: Double) throws {
    for seed in 1...4 {
      let weights =
        Self.stratified(4000, seed: UInt64(seed)).map { pow(1 - $0, -shape) }.reversed() as [Double]
      let found = try #require(ParetoTail.shape(of: weights))
      let expected = (189 * shape + 5) / 199
      #expect(abs(found - expected) < 4 * 0.5 * (1 + shape) / 189.0.squareRoot(), "\(found), \(expected)")
    }
  }

  // Of uniform numbers the shape is −1, which 60 of them tell well, so that the prior shows; of exponential ones it is 0.
  // Seen to catch: no prior.
  @Test("tails that end, and exponential ones, are light")
  func light() throws {
    let even = Self.stratified(4000, seed: 7)
    let uniform = try #require(ParetoTail.shape(of: even))
    #expect(abs(uniform - (189 * -1 + 5.0) / 199) < 0.2, "\(uniform)")
    let few = try #require(ParetoTail.shape(of: Self.stratified(400, seed: 7)))
    #expect(abs(few - (60 * -1 + 5.0) / 70) < 0.1, "\(few)")
    let exponential = try #require(ParetoTail.shape(of: even.map { -log(1 - $0) }))
    #expect(abs(exponential - 5.0 / 199) < 0.2, "\(exponential)")
  }

  @Test("few weights and equal ones have none, and weights of any size have the same")
  func scale() throws {
    let weights = Self.stratified(2000, seed: 3).map { pow(1 - $0, -0.6) }
    #expect(ParetoTail.shape(of: Array(weights.prefix(60))) == nil)
    #expect(ParetoTail.shape(of: Array(repeating: 0.25, count: 2000)) == nil)
    #expect(ParetoTail.shape(of: []) == nil)
    let shape = try #require(ParetoTail.shape(of: weights))
    let scaled = try #require(ParetoTail.shape(of: weights.map { 1e-200 * $0 }))
    #expect(abs(shape - scaled) < 1e-9)
    // Most particles without descendants.
    #expect(ParetoTail.shape(of: Array(repeating: 0, count: 1990) + Array(repeating: 1, count: 10)) == nil)
  }
}
