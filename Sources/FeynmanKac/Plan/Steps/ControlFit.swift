/// The drift `θ y + b` that makes the centred log-weight rate vary least over some particles.
///
/// Adding it changes the rate by `θ F + ⟨b, G⟩` with `F = D + ⟨y, G⟩` and `G = S + ∇r`, so the fit is a weighted
/// least-squares problem in `(θ, b)`. After DriftLite (Ren et al. 2025), with a basis that costs no evaluation.
struct ControlFit {
  /// `θ`, no unit.
  var slope = 0.0
  /// `b`, `[d]`, in data units; nil without a linear control.
  let offset: UnsafeMutablePointer<Double>?

  /// Keeps the fit from following features that are constant but for rounding.
  private static let ridge = 1e-8

  /// Fits `θ` alone.
  mutating func fitRadial(_ sums: RadialSums) {
    slope = 0
    // Rounding of the second moment, below which a feature is constant.
    guard sums.variance > 1e-12 * sums.size else { return }
    slope = -sums.covariance / (sums.variance * (1 + Self.ridge))
    if !slope.isFinite { slope = 0 }
  }

  /// Fits `θ` and `b`, or `θ` alone where the particles are too few to tell more.
  ///
  /// A fit of `p` numbers to `n` particles leaves other particles a variance of the rate that is `(1 − p/n)⁻²` times what it
  /// leaves its own, and there is no fit where `n ≤ p`: its numbers follow the particles' noise. (Generalised cross-validation,
  /// Golub, Heath and Wahba 1979.)
  ///
  /// - Parameters:
  ///   - products: The upper triangle of the centred `Σ W f fᵀ`, `f = (1, F, G, g)`, `[d+3, d+3]`; overwritten.
  ///   - others: How many particles the sums are worth, where the fit is for others than those; nil where it is for them.
  mutating func fitLinear(
    _ products: UnsafeMutablePointer<Double>, dimensions: Int, forOthers others: Double? = nil
  ) {
    slope = 0
    guard let offset else { return }
    for j in 0..<dimensions { offset[j] = 0 }
    let size = dimensions + 1
    let stride = dimensions + 3
    let rateVariance = products[stride * stride - 1]
    let radial = RadialSums(
      variance: products[stride + 1], covariance: products[stride + stride - 1], size: products[stride + 1])
    var trace = 0.0
    for i in 1...size { trace += products[i * stride + i] }
    guard trace > 0, trace.isFinite else { return }
    for i in 1...size { products[i * stride + i] += Self.ridge * trace / Double(size) }
    // Cholesky, UᵀU of the upper triangle, then two triangular solves for −cov(f, g) in the last column.
    for i in 1...size {
      for k in 1..<i { products[i * stride + i] -= products[k * stride + i] * products[k * stride + i] }
      guard products[i * stride + i] > 0 else { return }
      let diagonal = products[i * stride + i].squareRoot()
      products[i * stride + i] = diagonal
      for j in i + 1..<stride {
        for k in 1..<i { products[i * stride + j] -= products[k * stride + i] * products[k * stride + j] }
        products[i * stride + j] /= diagonal
      }
    }
    if let others {
      var left = rateVariance
      for i in 1...size { left -= products[i * stride + stride - 1] * products[i * stride + stride - 1] }
      guard Self.isBetter(left, size, than: radial.left(of: rateVariance), particles: others) else {
        return fitRadial(radial)
      }
    }
    for i in (1...size).reversed() {
      var value = -products[i * stride + stride - 1]
      for j in i + 1..<stride - 1 { value -= products[i * stride + j] * coefficient(j) }
      value /= products[i * stride + i]
      if i == 1 { slope = value } else { offset[i - 2] = value }
    }
    func coefficient(_ column: Int) -> Double { column == 1 ? slope : offset[column - 2] }
  }

  /// Whether a fit of several numbers leaves particles that it was not fitted to less variance than one of a single number.
  private static func isBetter(
    _ left: Double, _ numbers: Int, than leftByOne: Double, particles: Double
  ) -> Bool {
    let freedom = 1 - Double(numbers) / particles
    guard freedom > 0 else { return false }
    let freedomOfOne = 1 - 1 / particles
    return max(0, left) * freedomOfOne * freedomOfOne < leftByOne * freedom * freedom
  }
}

/// What a radial control is fitted to: weighted second moments of the feature `F` and the rate `g` over particles.
struct RadialSums {
  /// The variance of `F`.
  var variance = 0.0
  /// The covariance of `F` and `g`.
  var covariance = 0.0
  /// The size of `F²`, which says what its variance owes to rounding.
  var size = 0.0

  /// What a fit of `θ` leaves of the rate's variance.
  func left(of rateVariance: Double) -> Double {
    variance > 0 ? rateVariance - covariance * covariance / variance : rateVariance
  }
}
