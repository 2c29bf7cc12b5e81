import Libc

/// Every so-many-th particle of a run.
struct ParticleSubset {
  /// Row-major `[n, d]`, in data units, of all particles.
  let samples: [Float]
  let rows: [Int]
  /// The weights of these rows, adding up to 1.
  let weights: [Double]

  /// - Parameters:
  ///   - count: How many at most.
  /// - Returns: Nil where none of them has weight.
  init?(_ result: RunResult, atMost count: Int) {
    samples = result.samples
    let step = (result.particles + count - 1) / count
    rows = Array(stride(from: 0, to: result.particles, by: step))
    let highest = rows.reduce(-Double.infinity) { max($0, result.logWeights[$1]) }
    guard highest > -.infinity else { return nil }
    let unnormalized = rows.map { exp(result.logWeights[$0] - highest) }
    let total = unnormalized.reduce(0, +)
    weights = unnormalized.map { $0 / total }
  }

  /// The weighted mean and variance of each coordinate, `[d]` each.
  func moments(dimensions d: Int) -> (mean: [Double], variance: [Double]) {
    func sums(_ term: (Double, Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: d)
      for (row, weight) in zip(rows, weights) {
        for j in 0..<d { sums[j] += weight * term(Double(samples[row * d + j]), j) }
      }
      return sums
    }
    let mean = sums { x, _ in x }
    return (mean, sums { x, j in (x - mean[j]) * (x - mean[j]) })
  }
}
