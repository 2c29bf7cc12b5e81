/// The drift `θ y + b` that makes the centred log-weight rate vary least, fitted to one island's particles.
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
  mutating func fitRadial(_ moments: WeightMoments) {
    slope = 0
    guard moments.sum > 0 else { return }
    let mean = moments.feature / moments.sum
    let meanRate = moments.rate / moments.sum
    let variance = moments.featureSquare / moments.sum - mean * mean
    // Rounding of the second moment, below which a feature is constant.
    guard variance > 1e-12 * (1 + moments.featureSquare / moments.sum) else { return }
    slope = -(moments.featureRate / moments.sum - mean * meanRate) / (variance * (1 + Self.ridge))
    if !slope.isFinite { slope = 0 }
  }

  /// Fits `θ` and `b`.
  ///
  /// - Parameters:
  ///   - products: The upper triangle of `Σ w f fᵀ`, `f = (1, F, G, g)`, `[d+3, d+3]`; overwritten.
  mutating func fitLinear(_ products: UnsafeMutablePointer<Double>, dimensions: Int) {
    slope = 0
    guard let offset else { return }
    for j in 0..<dimensions { offset[j] = 0 }
    let size = dimensions + 1
    let stride = dimensions + 3
    let total = products[0]
    guard total > 0 else { return }
    // Row 0 holds the means. Centre the rest in place.
    for i in 1..<stride {
      for j in i..<stride {
        products[i * stride + j] =
          products[i * stride + j] / total - products[i] / total * (products[j] / total)
      }
    }
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
    for i in (1...size).reversed() {
      var value = -products[i * stride + stride - 1]
      for j in i + 1..<stride - 1 { value -= products[i * stride + j] * coefficient(j) }
      value /= products[i * stride + i]
      if i == 1 { slope = value } else { offset[i - 2] = value }
    }
    func coefficient(_ column: Int) -> Double { column == 1 ? slope : offset[column - 2] }
  }
}
