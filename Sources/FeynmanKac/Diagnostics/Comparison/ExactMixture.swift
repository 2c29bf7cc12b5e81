import Libc

/// A mixture of Gaussians with diagonal covariances in Double: densities, products, powers and exact draws.
///
/// The product of two mixtures is a mixture with a component for each pair, so that compositions with whole exponents
/// have exact answers to compare samples with.
public struct ExactMixture: Sendable, Equatable {
  /// `d`, the length of a row.
  public let dimensions: Int
  /// `[components]`, with sum 1.
  public let weights: [Double]
  /// Row-major `[components, dimensions]`.
  public let means: [Double]
  /// Row-major `[components, dimensions]`.
  public let variances: [Double]

  /// How many Gaussians it has.
  public var components: Int { weights.count }

  /// - Parameters:
  ///   - weights: Positive; normalised here.
  ///   - means: Row-major `[components, dimensions]`.
  ///   - variances: Row-major `[components, dimensions]`, positive.
  public init(weights: [Double], means: [Double], variances: [Double]) {
    precondition(!weights.isEmpty && means.count.isMultiple(of: weights.count) && !means.isEmpty)
    precondition(means.count == variances.count && variances.allSatisfy { $0 > 0 })
    let sum = weights.reduce(0, +)
    self.weights = weights.map { $0 / sum }
    self.means = means
    self.variances = variances
    dimensions = means.count / weights.count
  }

  /// The data that a model describes.
  public init(_ mixture: GaussianMixture) {
    self.init(
      weights: mixture.weights, means: mixture.means.flatMap { $0 },
      variances: mixture.standardDeviations.flatMap { $0.map { $0 * $0 } })
  }

  /// The mixture after noise of variance `level` in every coordinate.
  public func noised(by level: Double) -> ExactMixture {
    ExactMixture(weights: weights, means: means, variances: variances.map { $0 + level })
  }
}

// MARK: - Density

extension ExactMixture {
  /// `−log q(x)` of every row, in nats.
  ///
  /// - Complexity: O(N · components · dimensions).
  public func energies(of set: SampleSet) -> [Double] {
    precondition(set.dimensions == dimensions, "rows of \(set.dimensions) in a mixture of \(dimensions)")
    let constants = (0..<components).map { component in
      let logVariance = variances[component * dimensions..<(component + 1) * dimensions].reduce(0) {
        $0 + log($1)
      }
      return log(weights[component]) - 0.5 * (logVariance + Double(dimensions) * log(2 * .pi))
    }
    let precisions = variances.map { 1 / $0 }
    let blockSize = 256
    let blocks = ParallelRows.map((set.count + blockSize - 1) / blockSize) { block in
      var logs = [Double](repeating: 0, count: components)
      return (block * blockSize..<min(set.count, (block + 1) * blockSize)).map { row in
        for component in 0..<components {
          var square = 0.0
          for k in 0..<dimensions {
            let difference = Double(set.values[row * dimensions + k]) - means[component * dimensions + k]
            square += difference * difference * precisions[component * dimensions + k]
          }
          logs[component] = constants[component] - 0.5 * square
        }
        return -LogWeights.logSumExp(logs)
      }
    }
    return Array(blocks.joined())
  }
}

// MARK: - Products

extension ExactMixture {
  /// The normalised product `q₁q₂ / ∫q₁q₂` and `log ∫q₁q₂`, in nats.
  public func product(with other: ExactMixture) -> (mixture: ExactMixture, logIntegral: Double) {
    precondition(dimensions == other.dimensions)
    var logs: [Double] = []
    var means: [Double] = []
    var variances: [Double] = []
    logs.reserveCapacity(components * other.components)
    means.reserveCapacity(components * other.components * dimensions)
    variances.reserveCapacity(components * other.components * dimensions)
    for first in 0..<components {
      for second in 0..<other.components {
        // ∫ N(x; m₁, v₁) N(x; m₂, v₂) dx = N(m₁; m₂, v₁ + v₂), coordinate by coordinate.
        var logMass = log(weights[first]) + log(other.weights[second])
        for k in 0..<dimensions {
          let (i, j) = (first * dimensions + k, second * dimensions + k)
          let sum = self.variances[i] + other.variances[j]
          let difference = self.means[i] - other.means[j]
          logMass -= 0.5 * (log(2 * .pi * sum) + difference * difference / sum)
          means.append((self.means[i] * other.variances[j] + other.means[j] * self.variances[i]) / sum)
          variances.append(self.variances[i] * other.variances[j] / sum)
        }
        logs.append(logMass)
      }
    }
    let logIntegral = LogWeights.logSumExp(logs)
    // A component whose share rounds to zero is never drawn; the smallest positive weight keeps its logarithm finite.
    let weights = logs.map { max(exp($0 - logIntegral), .leastNormalMagnitude) }
    return (ExactMixture(weights: weights, means: means, variances: variances), logIntegral)
  }

  /// The normalised power `q^n / ∫q^n` and `log ∫q^n`, in nats; nil where it has more than four million components.
  public func power(_ exponent: Int) -> (mixture: ExactMixture, logIntegral: Double)? {
    precondition(exponent >= 1)
    guard pow(Double(components), Double(exponent)) <= 4e6 else { return nil }
    var result = (mixture: self, logIntegral: 0.0)
    for _ in 1..<exponent {
      let next = result.mixture.product(with: self)
      result = (next.mixture, result.logIntegral + next.logIntegral)
    }
    return result
  }
}

// MARK: - Draws

extension ExactMixture {
  /// Independent draws that count the same.
  public func draws(_ count: Int, using generator: inout some RandomNumberGenerator) -> SampleSet {
    var cumulative: [Double] = []
    var sum = 0.0
    for weight in weights {
      sum += weight
      cumulative.append(sum)
    }
    var values: [Float] = []
    values.reserveCapacity(count * dimensions)
    for _ in 0..<count {
      let position = sum * generator.uniform()
      var (low, high) = (0, components - 1)
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] > position { high = middle } else { low = middle + 1 }
      }
      for k in low * dimensions..<(low + 1) * dimensions {
        values.append(Float(means[k] + variances[k].squareRoot() * normal(using: &generator)))
      }
    }
    return SampleSet(
      checked: values, dimensions: dimensions, weights: Array(repeating: 1, count: count), isWeighted: false)
  }

  /// A standard normal by Box and Muller's method; its other half is not kept.
  private func normal(using generator: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(generator.openUniform())).squareRoot()
    return radius * cos(2 * .pi * generator.uniform())
  }
}
