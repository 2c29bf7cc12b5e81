/// Whether a control is linear or radial, by what the fits of a step tell.
struct ControlChoice {
  /// How many particles of equal weight the fits rest on.
  let particles: Double
  /// Whether particles of several modes rule out a linear control, which must also be clearly the better one.
  let isCautious: Bool

  /// What is left of the variance that radial control leaves must be less than this, for a cautious choice.
  private static let margin = 0.9

  /// Whether the fit of `b` is worth it.
  ///
  /// - Parameters:
  ///   - factor: `U` of the features' covariance `UᵀU`, `F` the first, `[d+3, d+3]` with what belongs to row 0 and the rate.
  ///   - rateVariance: Of the rate without control.
  ///   - radial: What a radial control is fitted to.
  func takesLinear(
    _ factor: UnsafeMutablePointer<Double>, dimensions: Int, _ rateVariance: Double, _ radial: RadialSums
  ) -> Bool {
    let stride = dimensions + 3
    var left = rateVariance
    for i in 1...dimensions + 1 {
      left -= factor[i * stride + stride - 1] * factor[i * stride + stride - 1]
    }
    // Rounding says nothing.
    left = max(left, 1e-12 * rateVariance)
    let linear = ofOthers(left, numbers: dimensions + 1)
    let bound = ofOthers(radial.left(of: rateVariance), numbers: 1)
    guard isCautious else { return linear < bound }
    // Modes that are apart leave more: 0.09 and more in mixtures of two in 1, 2 and 10 dimensions to powers of 2 to 8.
    if linear < 0.02 * bound { return true }
    return linear < Self.margin * bound && isOnePopulation(factor, dimensions: dimensions)
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
  private func isOnePopulation(_ factor: UnsafeMutablePointer<Double>, dimensions: Int) -> Bool {
    let d = Double(dimensions)
    let sampling = 2 * d * ((2 + 12 / d) / particles).squareRoot()
    return remainder(factor, dimensions: dimensions) - 2 * d < 1 + 3 * sampling
  }

  /// The variance of `F` given `G`: one over the first element of the inverse covariance.
  private func remainder(_ factor: UnsafeMutablePointer<Double>, dimensions: Int) -> Double {
    let stride = dimensions + 3
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
