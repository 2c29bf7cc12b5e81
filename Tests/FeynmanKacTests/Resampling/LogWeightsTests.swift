import FeynmanKac
import Testing

@Suite("Log weights")
struct LogWeightsTests {
  @Test("log-sum-exp is exact where exp would overflow or vanish")
  func logSumExp() {
    #expect(LogWeights.logSumExp([1000, 1000]) == 1000 + logarithm(2))
    #expect(LogWeights.logSumExp([-1000, -1000, -.infinity]) == -1000 + logarithm(2))
    #expect(LogWeights.logSumExp([0]) == 0)
    #expect(LogWeights.logSumExp([3, -.infinity]) == 3)
  }

  @Test("weights that are all zero and weights that are not numbers are told apart")
  func faults() {
    #expect(WeightSummary().isAllZero)
    #expect(summary([-.infinity, -.infinity]).isAllZero)
    #expect(!summary([-.infinity, -.infinity]).isNotANumber)
    #expect(LogWeights.logSumExp([-.infinity]) == -.infinity)
    #expect(LogWeights.effectiveSampleSize([-.infinity]) == 0)
    #expect(LogWeights.normalized([-.infinity, -.infinity]) == nil)
    for bad in [[.nan, 0], [0, .nan], [-.infinity, .nan], [.nan, .nan], [0, .infinity]] as [[Double]] {
      #expect(summary(bad).isNotANumber, "\(bad)")
      #expect(!summary(bad).isAllZero, "\(bad)")
      #expect(LogWeights.normalized(bad) == nil, "\(bad)")
      for good in [[0, -3], [-.infinity], []] as [[Double]] {
        var merged = summary(good)
        merged.merge(summary(bad))
        #expect(merged.isNotANumber, "\(good) and \(bad)")
        merged = summary(bad)
        merged.merge(summary(good))
        #expect(merged.isNotANumber, "\(bad) and \(good)")
      }
    }
  }

  @Test("normalised weights sum to one and keep their ratios")
  func normalize() throws {
    let weights = try #require(LogWeights.normalized([700, 701, -.infinity, 690]))
    #expect(abs(weights.reduce(0, +) - 1) < 1e-15)
    #expect(abs(weights[1] / weights[0] - exponential(1)) < 1e-14)
    #expect(weights[2] == 0)
  }

  @Test("the effective sample size counts equal weights and ignores a constant")
  func effectiveSampleSize() {
    #expect(LogWeights.effectiveSampleSize([5, 5, 5, 5]) == 4)
    #expect(LogWeights.effectiveSampleSize([5, -.infinity, 5]) == 2)
    let logs = [0.3, -2, 1.7, 0.2]
    let shifted = logs.map { $0 - 800 }
    #expect(abs(LogWeights.effectiveSampleSize(logs) / LogWeights.effectiveSampleSize(shifted) - 1) < 1e-12)
  }

  /// Seen to catch: squares scaled once and not twice.
  @Test("blocks merge to the whole, dead blocks and blocks far apart included")
  func merging() {
    var normals = NormalNumbers(seed: 9)
    let blocks: [[Double]] = [
      (0..<50).map { _ in normals.next() }, [-.infinity, -.infinity], [],
      (0..<7).map { _ in 40 + normals.next() },
      [-5000], (0..<20).map { _ in 39 + 2 * normals.next() },
    ]
    var merged = WeightSummary()
    for block in blocks { merged.merge(summary(block)) }
    let whole = summary(blocks.flatMap { $0 })
    #expect(merged.maximum == whole.maximum)
    #expect(abs(merged.sum / whole.sum - 1) < 1e-14)
    #expect(abs(merged.sumOfSquares / whole.sumOfSquares - 1) < 1e-14)

    var right = WeightSummary()
    for block in blocks.reversed() {
      var left = summary(block)
      left.merge(right)
      right = left
    }
    #expect(abs(right.sum / merged.sum - 1) < 1e-14)
    #expect(abs(right.sumOfSquares / merged.sumOfSquares - 1) < 1e-14)
  }

  private func summary(_ logWeights: [Double]) -> WeightSummary {
    logWeights.withUnsafeBufferPointer { WeightSummary(of: $0) }
  }
}
