/// Whether a control is diagonal, linear or radial, by what the fits of a step tell.
struct ControlChoice {
  /// How many particles of equal weight the fits rest on.
  let particles: Double
  /// Whether particles of several modes rule out all but a radial control, which others must also be clearly better than.
  let isCautious: Bool
  /// How many of the features after the first are potentials of scores.
  var bases = 0

  /// What is left of the variance that a control of fewer numbers leaves must be less than this, and less again where there are few particles for
  /// each number: their weights have a part in what is fitted to them. In 64 particles of three modes in 8 dimensions log Z was low by .13 with
  /// a linear control that was a little better than radial by cross-validation, by .04 with radial.
  private static let margin = 0.9
  /// Modes that are apart leave a linear control more of what a radial one leaves: 0.09 and more in mixtures of two in 1, 2 and 10 dimensions to powers
  /// of 2 to 8. So do modes of unlike widths one by scores, which would draw the narrow ones together: of a rare narrow mode, whose log Z comes out at
  /// −1.7 ± 0.4 of the exact one, it came out at −3.4 ± 0.4 by scores wherever they leave less than radial.
  private static let nearlyExact = 0.02

  /// How many of the features are worth it: 1 for a radial control, `d + 1` for a linear one, `2d` for a diagonal one.
  ///
  /// - Parameters:
  ///   - factor: `U` of the features' covariance `UᵀU`, `F` the first, then `G`, `[features, features]` with what belongs to row 0 and
  ///     the rate.
  ///   - rateVariance: Of the rate without control.
  ///   - radial: What a radial control is fitted to.
  func size(
    _ factor: UnsafeMutablePointer<Double>, features: Int, dimensions: Int, _ rateVariance: Double,
    _ radial: RadialSums
  ) -> Int {
    let (one, all) = (dimensions + 1, features - 2)
    func left(_ numbers: Int) -> Double {
      var left = rateVariance
      for i in 1...numbers {
        left -= factor[i * features + features - 1] * factor[i * features + features - 1]
      }
      // Rounding says nothing.
      return ofOthers(max(left, 1e-12 * rateVariance), numbers: numbers)
    }
    let bound = ofOthers(radial.left(of: rateVariance), numbers: 1)
    // By scores: `1 + bases` numbers, and `d` more.
    if bases > 0 {
      let scores = left(1 + bases)
      let linear = left(all)
      return min(scores, linear) < bound * (isCautious ? Self.nearlyExact : 1)
        ? (linear < scores ? all : 1 + bases) : 1
    }
    let (linear, diagonal) = (left(one), left(all))
    guard isCautious else { return min(linear, diagonal) < bound ? (diagonal < linear ? all : one) : 1 }
    let isNearlyExact = linear < Self.nearlyExact * bound
    func pays(_ left: Double, _ numbers: Int, over bound: Double) -> Bool {
      left < Self.margin * max(0, 1 - 4 * Double(numbers) / particles) * bound
    }
    let isLinear = pays(linear, one, over: bound)
    guard isNearlyExact || isLinear || pays(diagonal, all, over: bound) else { return 1 }
    let isOne = isOnePopulation(factor, features: features, dimensions: dimensions)
    if isOne, pays(diagonal, all, over: isLinear ? linear : bound) { return all }
    return isNearlyExact || (isOne && isLinear) ? one : 1
  }

  /// The variance that a fit leaves particles which it was not made for, from what it leaves its own: `(1 − p/n)⁻²` times that,
  /// and none where there are no more particles than numbers.
  /// - Source: generalised cross-validation, Golub, Heath and Wahba 1979.
  private func ofOthers(_ left: Double, numbers: Int) -> Double {
    let freedom = 1 - Double(numbers) / particles
    return freedom > 0 ? left / (freedom * freedom) : .infinity
  }

  /// Whether the particles are one population, and not several that are apart.
  ///
  /// What the score does not tell of `F = D + ⟨y, G⟩` has the variance `2D` in a Gaussian, whatever its covariance. Modes at `μₖ` add
  /// that of `⟨μₖ, P(μₖ − μ̄)⟩`: the square of their distance in their own standard deviations.
  private func isOnePopulation(
    _ factor: UnsafeMutablePointer<Double>, features: Int, dimensions: Int
  ) -> Bool {
    let d = Double(dimensions)
    let sampling = 2 * d * ((2 + 12 / d) / particles).squareRoot()
    return remainder(factor, features: features, dimensions: dimensions) - 2 * d < 1 + 3 * sampling
  }

  /// The variance of `F` given `G`: one over the first element of the inverse covariance.
  private func remainder(
    _ factor: UnsafeMutablePointer<Double>, features stride: Int, dimensions: Int
  ) -> Double {
    // The solution of Uᵀ x = e₁ takes the place of row 0, which holds means that nobody reads any more.
    let solution = factor
    var sum = 0.0
    for i in 1...dimensions + 1 {
      var value = i == 1 ? 1.0 : 0.0
      for k in 1..<i { value -= factor[k * stride + i] * solution[k] }
      solution[i] = value / factor[i * stride + i]
      sum += solution[i] * solution[i]
    }
    return particles / max(1, particles - Double(dimensions)) / sum
  }
}
