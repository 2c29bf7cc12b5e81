import ParticleEngine
import Testing

@Suite("Approximate resamplers")
struct ApproximateResamplerTests {
  /// The chain's law is a power of its transition matrix, so that the mean numbers of children are known exactly. They
  /// are met within 5 standard errors (9 × 3 means: a false alarm once in 60 000), and their distance from `N W` falls
  /// with each doubling of the steps. Seen to catch: proposals accepted with `W_k/W_j` turned round.
  @Test("the bias of Metropolis is that of its chain and falls with the steps")
  func metropolis() {
    let weights = normalized([0.1, 7, 0.3, 0.5, 2, 0.01, 0.9, 1.1, 4])
    let count = weights.count
    var biases: [Double] = []
    for steps in [1, 8, 32] {
      let exact = chainOffspring(weights, steps: steps)
      let (mean, standardError) = meanOffspring(MetropolisResampler(steps: steps), weights, draws: 20_000)
      for index in 0..<count {
        #expect(abs(mean[index] - exact[index]) < 5 * standardError[index] + 1e-9, "\(steps), \(index)")
      }
      biases.append(zip(exact, weights).reduce(0) { $0 + abs($1.0 - $1.1 * Double(count)) })
    }
    // At least by 1 − 1/(N max W) for each step.
    let rate = 1 - 1 / (Double(count) * weights.max()!)
    #expect(biases[1] < biases[0] * power(rate, 7) * 1.000001)
    #expect(biases[2] < biases[1] * power(rate, 24) * 1.000001)
    #expect(biases[2] < 1e-3 * biases[0])
  }

  /// Log weights of `h · gᵢ`: the mean number of children is `1 + h (gᵢ − ḡ)` to first order and the bias is of order
  /// h², so that halving h divides it by 4. The means meet the rule's own expectation within 5 standard errors (8 × 2
  /// means: a false alarm once in 100 000). Seen to catch: deaths by the positive part.
  @Test("the bias of birth–death falls with the square of the step")
  func birthDeath() {
    let gains = [0.3, -1.2, 0.8, 2.0, -0.1, -0.7, 0.4, -1.9]
    func weights(_ step: Double) -> [Double] { normalized(gains.map { exponential(step * $0) }) }
    for step in [0.5, 0.1] {
      let expected = clockOffspring(weights(step))
      let (mean, standardError) = meanOffspring(BirthDeathResampler(), weights(step), draws: 40_000)
      for index in gains.indices {
        #expect(abs(mean[index] - expected[index]) < 5 * standardError[index] + 1e-9, "\(step), \(index)")
      }
    }
    func bias(_ step: Double) -> Double {
      let weights = weights(step)
      return zip(clockOffspring(weights), weights).reduce(0) { $0 + abs($1.0 - $1.1 * Double(weights.count)) }
    }
    let ratio = bias(0.02) / bias(0.01)
    #expect(ratio > 3.8 && ratio < 4.2)
    #expect(bias(0.5) > 0.1)
  }

  private func meanOffspring(
    _ resampler: some Resampler, _ weights: [Double], draws: Int
  ) -> (mean: [Double], standardError: [Double]) {
    var generator = SeededBits(seed: 21)
    var columns = [[Double]](repeating: [], count: weights.count)
    for _ in 0..<draws {
      for (index, count) in offspring(ancestors(resampler, weights, using: &generator)).enumerated() {
        columns[index].append(Double(count))
      }
    }
    let moments = columns.map { Moments($0) }
    return (moments.map(\.mean), moments.map { max($0.standardErrorOfMean, 1 / Double(draws)) })
  }

  /// `1ᵀ Pᴮ` with `P` the Metropolis matrix of uniform proposals.
  private func chainOffspring(_ weights: [Double], steps: Int) -> [Double] {
    let count = weights.count
    var mass = [Double](repeating: 1, count: count)
    for _ in 0..<steps {
      var next = [Double](repeating: 0, count: count)
      for from in 0..<count {
        for to in 0..<count {
          let move = min(1, weights[to] / weights[from]) / Double(count)
          next[to] += mass[from] * move
          next[from] += mass[from] * (1 / Double(count) - move)
        }
      }
      mass = next
    }
    return mass
  }

  /// What the clocks and the draws give on average.
  private func clockOffspring(_ weights: [Double]) -> [Double] {
    let logs = weights.map { logarithm($0) }
    let mean = logs.reduce(0, +) / Double(logs.count)
    let survival = logs.map { exponential(min($0 - mean, 0)) }
    let deaths = survival.reduce(0) { $0 + 1 - $1 }
    let births = normalized(logs.map { max($0 - mean, 0) })
    return zip(survival, births).map { $0 + deaths * $1 }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
