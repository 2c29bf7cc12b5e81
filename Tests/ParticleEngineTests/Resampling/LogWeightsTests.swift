import ParticleEngine
import Testing

@Suite("Log-weights")
struct LogWeightsTests {
  @Test("log-sum-exp is exact where exp would overflow or vanish")
  func logSumExp() {
    #expect(LogWeights.logSumExp([1000, 1000]) == 1000 + logarithm(2))
    #expect(LogWeights.logSumExp([-1000, -1000, -.infinity]) == -1000 + logarithm(2))
    #expect(LogWeights.logSumExp([0]) == 0)
    #expect(LogWeights.logSumExp([3, -.infinity]) == 3)
  }

  /// Seen to catch: the look at the log-weights left out, by which [−∞, NaN] sums to a weight of zero.
  @Test("weights that are all zero and weights that are not numbers are told apart")
  func faults() {
    #expect(LogWeights.logSumExp([]) == -.infinity)
    #expect(LogWeights.logSumExp([-.infinity, -.infinity]) == -.infinity)
    let otherNaN = Double(bitPattern: 0x7ff8_0000_0000_0001)
    for bad in [[.nan, 0], [0, .nan], [-.infinity, .nan], [otherNaN], [0, .infinity]] as [[Double]] {
      #expect(LogWeights.logSumExp(bad).isNaN, "\(bad)")
    }
  }
}
