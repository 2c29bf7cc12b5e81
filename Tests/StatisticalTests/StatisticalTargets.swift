import FeynmanKac
import Foundation

/// Targets with closed forms that are used by more than one test.
enum StatisticalTargets {
  /// Two modes of unequal mass and width: no symmetry hides a sign.
  static let bimodal = try! GaussianMixture(
    means: [[-2], [1.5]], weights: [0.3, 0.7], standardDeviations: [[0.5], [0.7]])
  static let wide = try! GaussianMixture.gaussian(mean: [0.4], standardDeviations: [1.3])

  /// `∫ Π qᵢ^aᵢ` for integer exponents of mixtures noised at level `v`, with the mean and variance of the first
  /// coordinate, by expanding the product.
  static func product(
    _ factors: [GaussianMixture], level: Double, tilt: Double = 0
  ) -> (logNormalizer: Double, mean: [Double], variance: [Double]) {
    let d = factors[0].dimensions
    var components: [(log: Double, precision: [Double], weighted: [Double])] = [
      (0, Array(repeating: 0, count: d), Array(repeating: 0, count: d))
    ]
    for factor in factors {
      components = components.flatMap { component in
        factor.weights.indices.map { k in
          var next = component
          next.log += log(factor.weights[k])
          for j in 0..<d {
            let variance = factor.standardDeviations[k][j] * factor.standardDeviations[k][j] + level
            let mean = factor.means[k][j]
            next.log -= 0.5 * (log(2 * .pi * variance) + mean * mean / variance)
            next.precision[j] += 1 / variance
            next.weighted[j] += mean / variance
          }
          return next
        }
      }
    }
    let logs = components.map { component in
      (0..<d).reduce(component.log) { sum, j in
        let h = component.weighted[j] + (j == 0 ? tilt : 0)
        return sum + 0.5 * (h * h / component.precision[j] + log(2 * .pi / component.precision[j]))
      }
    }
    let highest = logs.max()!
    let total = logs.reduce(0) { $0 + exp($1 - highest) }
    let shares = logs.map { exp($0 - highest) / total }
    func mean(of component: Int, _ j: Int) -> Double {
      (components[component].weighted[j] + (j == 0 ? tilt : 0)) / components[component].precision[j]
    }
    let means = (0..<d).map { j in shares.indices.reduce(0) { $0 + shares[$1] * mean(of: $1, j) } }
    let variances = (0..<d).map { j in
      shares.indices.reduce(0) { sum, k in
        let deviation = mean(of: k, j) - means[j]
        return sum + shares[k] * (1 / components[k].precision[j] + deviation * deviation)
      }
    }
    return (highest + log(total), means, variances)
  }
}
