import ParticleEngine
import Testing

@Suite("Moments of weights")
struct WeightMomentsTests {
  @Test("the effective sample size counts equal weights and ignores a constant")
  func effectiveSampleSize() {
    #expect(moments([5, 5, 5, 5]).effectiveSampleSize == 4)
    #expect(moments([5, -.infinity, 5]).effectiveSampleSize == 2)
    #expect(moments([-.infinity]).effectiveSampleSize == 0)
    let logs = [0.3, -2, 1.7, 0.2]
    let shifted = moments(logs.map { $0 - 800 }).effectiveSampleSize
    #expect(abs(moments(logs).effectiveSampleSize / shifted - 1) < 1e-12)
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
    var merged = WeightMoments()
    for block in blocks { merged.merge(moments(block)) }
    let whole = moments(blocks.flatMap { $0 })
    #expect(merged.highest == whole.highest)
    #expect(abs(merged.sum / whole.sum - 1) < 1e-14)
    #expect(abs(merged.squareSum / whole.squareSum - 1) < 1e-14)

    var right = WeightMoments()
    for block in blocks.reversed() {
      var left = moments(block)
      left.merge(right)
      right = left
    }
    #expect(abs(right.sum / merged.sum - 1) < 1e-14)
    #expect(abs(right.squareSum / merged.squareSum - 1) < 1e-14)
  }

  private func moments(_ logWeights: [Double]) -> WeightMoments {
    logWeights.withUnsafeBufferPointer { WeightMoments(of: $0) }
  }
}
