internal import CKernels

/// The drift `θ y + b` that makes the centred log-weight rate vary least over some particles, `θ` one number or one for each coordinate.
///
/// Adding it changes the rate by `Σⱼ θⱼ Hⱼ + ⟨b, G⟩` with `Hⱼ = 1 + yⱼ Gⱼ` and `G = S + ∇r`, where all `θⱼ` are one by `θ F + ⟨b, G⟩`,
/// `F = D + ⟨y, G⟩`. So the fit is a weighted least-squares problem. After DriftLite (Ren et al. 2025), with a basis that costs no evaluation.
struct ControlFit {
  /// `θ`, the mean over coordinates, no unit.
  var slope = 0.0
  /// `b`, `[d]`, in data units; of a control by scores the number of each basis, and then `b` where that is fitted. Nil where none is.
  let offset: UnsafeMutablePointer<Double>?
  /// What `θ` of each coordinate has beyond the mean, `[d]`; nil where it is not fitted.
  let stretch: UnsafeMutablePointer<Double>?
  /// How many numbers were fitted.
  private var size = 0
  /// Whether coordinates differ in this step.
  var isStretched: Bool { size > dimensions + 1 }
  private let dimensions: Int

  /// - Parameter dimensions: How many further numbers there are beside `θ`.
  init(
    dimensions: Int, offset: UnsafeMutablePointer<Double>?, stretch: UnsafeMutablePointer<Double>? = nil
  ) {
    self.dimensions = dimensions
    self.offset = offset
    self.stretch = stretch
  }

  /// Keeps the fit from following features that are constant but for rounding.
  private static let ridge = 1e-8

  /// Takes what others were fitted to, as far as there is room for it.
  mutating func take(_ other: ControlFit) {
    slope = other.slope
    size = other.size
    if let offset {
      for j in 0..<dimensions { offset[j] = other.offset?[j] ?? 0 }
    }
    if let stretch {
      for j in 0..<dimensions { stretch[j] = other.isStretched ? other.stretch?[j] ?? 0 : 0 }
    }
  }

  /// Takes what the line through a fit and the one before it comes to.
  ///
  /// - Parameter h: How far beyond the fit, in parts of what lies between the two; 0 takes the fit itself.
  mutating func take(_ fit: ControlFit, after former: ControlFit, beyond h: Double) {
    take(fit)
    guard h != 0, former.size == fit.size else { return }
    slope += h * (fit.slope - former.slope)
    if let offset, let new = fit.offset, let old = former.offset {
      for j in 0..<dimensions { offset[j] += h * (new[j] - old[j]) }
    }
    if isStretched, let stretch, let new = fit.stretch, let old = former.stretch {
      for j in 0..<dimensions { stretch[j] += h * (new[j] - old[j]) }
    }
  }

  /// Writes it to a checkpoint, or reads it back.
  mutating func exchange(_ state: StateExchange) throws(FileError) {
    try state.value("slope", &slope)
    try state.value("size", &size)
    if let offset { try state.rows("offset", offset, count: dimensions) }
    if let stretch { try state.rows("stretch", stretch, count: dimensions) }
  }

  /// Fits `θ` alone.
  ///
  /// - Parameter sums: Nil for no particles.
  mutating func fitRadial(_ sums: RadialSums?) {
    slope = 0
    size = 1
    // Rounding of the second moment, below which a feature is constant.
    guard let sums, sums.variance > 1e-12 * sums.size else { return }
    slope = -sums.covariance / (sums.variance * (1 + Self.ridge))
    if !slope.isFinite { slope = 0 }
  }

  /// Fits `θ`, of each coordinate where there is room for it, and `b`, or less than that where that is the better choice.
  ///
  /// - Parameters:
  ///   - products: The upper triangle of `Σ w f fᵀ`, `f = (1, F, G, g)` or `(1, F, G, H, g)` without the last `H`; overwritten.
  ///   - choice: What else must hold for `b`; nil where it is fitted whatever comes of it.
  mutating func fitLinear(
    _ products: UnsafeMutablePointer<Double>, unless choice: ControlChoice? = nil
  ) {
    slope = 0
    self.size = 0
    guard let offset else { return }
    for j in 0..<dimensions { offset[j] = 0 }
    var size = stretch == nil ? dimensions + 1 : 2 * dimensions
    let stride = size + 2
    guard products[0] > 0 else { return }
    let square = products[stride + 1] / products[0]
    Self.center(products, features: stride)
    let rateVariance = products[stride * stride - 1]
    let radial = RadialSums(
      variance: products[stride + 1], covariance: products[stride + stride - 1], size: 1 + square)
    var trace = 0.0
    for i in 1...size { trace += products[i * stride + i] }
    guard trace > 0, trace.isFinite else { return }
    for i in 1...size { products[i * stride + i] += Self.ridge * trace / Double(size) }
    guard fk_cholesky(1, size, stride, products) > size else { return }
    if let choice {
      size = choice.size(products, features: stride, dimensions: dimensions, rateVariance, radial)
      if size == 1 { return fitRadial(radial) }
    }
    // The solution takes the place of row 0, which nobody reads any more.
    let solution = products
    for i in (1...size).reversed() {
      var value = -products[i * stride + stride - 1]
      for j in i + 1..<size + 1 { value -= products[i * stride + j] * solution[j] }
      solution[i] = value / products[i * stride + i]
    }
    self.size = size
    slope = solution[1]
    for j in 0..<dimensions { offset[j] = 2 + j <= size ? solution[2 + j] : 0 }
    if isStretched { spread(solution + dimensions + 2) }
  }

  /// Gives every coordinate but the last a slope of its own.
  ///
  /// - Parameter values: `[d−1]`, beside the slope that all have.
  private mutating func spread(_ values: UnsafeMutablePointer<Double>) {
    guard let stretch else { return }
    var mean = 0.0
    for j in 0..<dimensions - 1 { mean += values[j] / Double(dimensions) }
    slope += mean
    for j in 0..<dimensions { stretch[j] = (j < dimensions - 1 ? values[j] : 0) - mean }
  }

  /// Turns sums of products into covariances, but for row 0, which holds the sums of the features.
  static func center(_ products: UnsafeMutablePointer<Double>, features stride: Int) {
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
