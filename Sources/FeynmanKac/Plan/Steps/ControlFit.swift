/// The drift `θ y + b` that makes the centred log-weight rate vary least over some particles.
///
/// Adding it changes the rate by `θ F + ⟨b, G⟩` with `F = D + ⟨y, G⟩` and `G = S + ∇r`, so the fit is a weighted
/// least-squares problem in `(θ, b)`. After DriftLite (Ren et al. 2025), with a basis that costs no evaluation.
struct ControlFit {
  /// `θ`, no unit.
  var slope = 0.0
  /// `b`, `[d]`, in data units; nil where it is not fitted.
  let offset: UnsafeMutablePointer<Double>?

  /// Keeps the fit from following features that are constant but for rounding.
  private static let ridge = 1e-8

  /// Takes what others were fitted to; `b` where there is room for it.
  mutating func take(_ other: ControlFit, dimensions: Int) {
    slope = other.slope
    guard let offset else { return }
    for j in 0..<dimensions { offset[j] = other.offset?[j] ?? 0 }
  }

  /// Fits `θ` alone.
  ///
  /// - Parameter sums: Nil for no particles.
  mutating func fitRadial(_ sums: RadialSums?) {
    slope = 0
    // Rounding of the second moment, below which a feature is constant.
    guard let sums, sums.variance > 1e-12 * sums.size else { return }
    slope = -sums.covariance / (sums.variance * (1 + Self.ridge))
    if !slope.isFinite { slope = 0 }
  }

  /// Fits `θ` and `b`, or `θ` alone where that is the better choice.
  ///
  /// - Parameters:
  ///   - products: The upper triangle of `Σ w f fᵀ`, `f = (1, F, G, g)`, `[d+3, d+3]`; overwritten.
  ///   - choice: What else must hold for `b`; nil where it is fitted whatever comes of it.
  mutating func fitLinear(
    _ products: UnsafeMutablePointer<Double>, dimensions: Int, unless choice: ControlChoice? = nil
  ) {
    slope = 0
    guard let offset else { return }
    for j in 0..<dimensions { offset[j] = 0 }
    let size = dimensions + 1
    let stride = dimensions + 3
    guard products[0] > 0 else { return }
    let square = products[stride + 1] / products[0]
    Self.center(products, dimensions: dimensions)
    let rateVariance = products[stride * stride - 1]
    let radial = RadialSums(
      variance: products[stride + 1], covariance: products[stride + stride - 1], size: 1 + square)
    var trace = 0.0
    for i in 1...size { trace += products[i * stride + i] }
    guard trace > 0, trace.isFinite else { return }
    for i in 1...size { products[i * stride + i] += Self.ridge * trace / Double(size) }
    // Cholesky, UᵀU of the upper triangle, then two triangular solves for −cov(f, g) in the last column.
    for i in 1...size {
      for k in 1..<i {
        let factor = products[k * stride + i]
        for j in i..<stride { products[i * stride + j] -= factor * products[k * stride + j] }
      }
      guard products[i * stride + i] > 0 else { return }
      let diagonal = products[i * stride + i].squareRoot()
      products[i * stride + i] = diagonal
      for j in i + 1..<stride { products[i * stride + j] /= diagonal }
    }
    if let choice, !choice.takesLinear(products, dimensions: dimensions, rateVariance, radial) {
      return fitRadial(radial)
    }
    for i in (1...size).reversed() {
      var value = -products[i * stride + stride - 1]
      for j in i + 1..<stride - 1 { value -= products[i * stride + j] * coefficient(j) }
      value /= products[i * stride + i]
      if i == 1 { slope = value } else { offset[i - 2] = value }
    }
    func coefficient(_ column: Int) -> Double { column == 1 ? slope : offset[column - 2] }
  }

  /// Turns sums of products into covariances, but for row 0, which holds the sums of the features.
  static func center(_ products: UnsafeMutablePointer<Double>, dimensions: Int) {
    let stride = dimensions + 3
    let total = products[0]
    for i in 1..<stride {
      for j in i..<stride {
        products[i * stride + j] =
          products[i * stride + j] / total - products[i] / total * (products[j] / total)
      }
    }
  }
}

/// What a radial control is fitted to: weighted second moments of the feature `F` and the rate `g` over particles.
struct RadialSums {
  /// The variance of `F`.
  let variance: Double
  /// The covariance of `F` and `g`.
  let covariance: Double
  /// `1 + E F²`, which says what the variance owes to rounding.
  let size: Double

  /// What a fit of `θ` leaves of the rate's variance.
  func left(of rateVariance: Double) -> Double {
    variance > 0 ? rateVariance - covariance * covariance / variance : rateVariance
  }
}
