import Libc

/// Where a composition of mixtures with negative powers has peaks that no single choice of components tells.
///
/// A negative power makes a density grow outwards as long as a narrow component is divided by, and fall again where a wide one takes over:
/// the peak is at the crossing, many widths outside of all data. So the composition is climbed from where each choice of components has its peak,
/// and from both sides of where it has a valley.
struct CompositionPeaks {
  /// The composition's powers of mixtures.
  let powers: [[GaussianMass.Factor]]
  /// The coefficients of `−½ Σ πⱼxⱼ² + Σ hⱼxⱼ`, `[d]` each.
  let precision: [Double]
  let slope: [Double]

  /// Density evaluations times components times coordinates that climbs may take.
  private static let mostWork = 100_000_000
  private static let mostSteps = 100
  /// How far from a valley's bottom a climb begins, in its widths.
  private static let offset = 1.5

  /// A Gaussian at every peak that was found.
  ///
  /// - Parameter choices: One component of every power each.
  func gaussians(from choices: some Collection<[GaussianMass.Factor]>) -> [GaussianMass] {
    let d = precision.count
    let size = powers.reduce(0) { $0 + $1.count } * d
    guard choices.count.multipliedSaturating(by: (1 + 2 * d) * size * Self.mostSteps) <= Self.mostWork else {
      return []
    }
    var peaks: [GaussianMass] = []
    for start in choices.flatMap(starts) {
      guard let peak = climb(from: start), !peaks.contains(where: { $0.isSame(as: peak) }) else { continue }
      peaks.append(peak)
    }
    return peaks
  }

  /// The stationary point of a product of powers of single components, moved off it both ways wherever the product has no peak.
  private func starts(_ choice: [GaussianMass.Factor]) -> [[Double]] {
    var center: [Double] = []
    var valleys: [(coordinate: Int, width: Double)] = []
    for j in precision.indices {
      var (own, weighted) = (precision[j], slope[j])
      for factor in choice {
        own += factor.exponent / factor.variance[j]
        weighted += factor.exponent * factor.mean[factor.mean.startIndex + j] / factor.variance[j]
      }
      guard own != 0 else { return [] }
      center.append(weighted / own)
      if own < 0 { valleys.append((j, (-1 / own).squareRoot())) }
    }
    guard !valleys.isEmpty else { return [center] }
    return valleys.flatMap { valley in
      [-Self.offset, Self.offset].map { offset in
        var start = center
        start[valley.coordinate] += offset * valley.width
        return start
      }
    }
  }

  /// Newton's method in each coordinate, with steps that double where the density bends upwards, until a step is a thousandth of a width.
  private func climb(from start: [Double]) -> GaussianMass? {
    let d = start.count
    var point = start
    var here = value(at: point)
    var reach = [Double](repeating: 0, count: d)
    for j in 0..<d { reach[j] = 1 / abs(here.curvature[j]).squareRoot() }
    for _ in 0..<Self.mostSteps {
      var move = (0..<d).map { j in
        let newton = here.gradient[j] / here.curvature[j]
        return here.curvature[j] > 0 && abs(newton) < reach[j]
          ? newton : (here.gradient[j] < 0 ? -reach[j] : reach[j])
      }
      let isThere = (0..<d).allSatisfy {
        here.curvature[$0] > 0 && abs(here.gradient[$0]) < 1e-3 * here.curvature[$0].squareRoot()
      }
      if isThere { return GaussianMass(at: point, here.logDensity, curvature: here.curvature) }
      for halving in 0..<12 {
        let next = zip(point, move).map { $0 + $1 }
        let there = value(at: next)
        if there.logDensity >= here.logDensity {
          (point, here) = (next, there)
          if halving == 0 { for j in 0..<d { reach[j] *= 2 } }
          break
        }
        for j in 0..<d {
          move[j] *= 0.5
          reach[j] = max(0.5 * reach[j], abs(move[j]))
        }
      }
      guard point.allSatisfy({ abs($0) < 1e6 }) else { return nil }
    }
    return nil
  }

  /// The logarithm of the composition with its gradient and minus its second derivatives along coordinates.
  private func value(at point: [Double]) -> (logDensity: Double, gradient: [Double], curvature: [Double]) {
    let d = point.count
    var logDensity = 0.0
    var gradient = (0..<d).map { slope[$0] - precision[$0] * point[$0] }
    var curvature = precision
    for j in 0..<d { logDensity += (slope[j] - 0.5 * precision[j] * point[j]) * point[j] }
    for factors in powers {
      let logs = factors.map { $0.logDensity(at: point) }
      let logSum = LogWeights.logSumExp(logs)
      logDensity += factors[0].exponent * logSum
      for j in 0..<d {
        var (first, second) = (0.0, 0.0)
        for (factor, log) in zip(factors, logs) {
          let share = exp(log - logSum)
          let pull = (factor.mean[factor.mean.startIndex + j] - point[j]) / factor.variance[j]
          first += share * pull
          second += share * (pull * pull - 1 / factor.variance[j])
        }
        gradient[j] += factors[0].exponent * first
        curvature[j] -= factors[0].exponent * (second - first * first)
      }
    }
    return (logDensity, gradient, curvature)
  }
}

extension GaussianMass {
  /// A peak by its height and its second derivatives.
  fileprivate init(at peak: [Double], _ logDensity: Double, curvature: [Double]) {
    self.init(
      logMass: curvature.reduce(logDensity) { $0 + 0.5 * log(2 * .pi / $1) }, mean: peak,
      deviation: curvature.map { (1 / $0).squareRoot() })
  }

  fileprivate func isSame(as other: GaussianMass) -> Bool {
    zip(zip(mean, other.mean), deviation).allSatisfy { abs($0.0 - $0.1) < 0.1 * $1 }
  }
}
