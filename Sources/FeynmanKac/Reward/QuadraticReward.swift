import Libc

/// `r(x) = −½ Σ πⱼ (xⱼ − mⱼ)²`, in nats: a Gaussian observation of the data.
///
/// Around a denoised point it answers `log E[e^r]`, `−½ Σ [πⱼ (xⱼ − mⱼ)²/(1 + ρ²πⱼ) + log(1 + ρ²πⱼ)]`, for the directions with
/// `πⱼ > 0`.
public struct QuadraticReward: Reward {
  /// `m`, length `d`, in data units.
  public let center: [Double]
  /// `π`, length `d`, in 1/(data units)².
  public let precision: [Double]

  /// - Parameters:
  ///   - center: `m`, length `d`, in data units.
  ///   - precision: `π`, length `d`, in 1/(data units)².
  public init(center: [Double], precision: [Double]) {
    precondition(
      center.count == precision.count, "center has \(center.count) entries, precision \(precision.count)")
    self.center = center
    self.precision = precision
  }

  /// True: the gradient is exact.
  public var hasGradient: Bool { true }
  /// True: it is a formula.
  public var isClosedForm: Bool { true }
  /// The precision `π`, and `h = π · center`.
  public var quadraticForm: (precision: [Double], slope: [Double])? {
    (precision, zip(precision, center).map { $0 * $1 })
  }
  /// `d`, the length of the center.
  public var dimensions: Int? { center.count }

  /// True: the expectation of `e^r` over a Gaussian is in closed form.
  public var widens: Bool { true }
  /// The precision times the factor.
  public func scaled(by factor: Double) -> any Reward {
    QuadraticReward(center: center, precision: precision.map { factor * $0 })
  }

  /// Writes `r(x)`, or around a denoised point `log E[e^r]`, in nats, and its gradient.
  public func evaluate(_ batch: RewardBatch) {
    for row in 0..<batch.count {
      let start = row * batch.dimensions
      var value = 0.0
      for j in 0..<batch.dimensions {
        let difference = Double(batch.states[start + j]) - center[j]
        let widening = 1 + batch.variance * max(precision[j], 0)
        let precision = precision[j] / widening
        value -= 0.5 * precision * difference * difference
        if widening > 1 { value -= 0.5 * log(widening) }
        batch.gradients[start + j] = Float(-precision * difference)
      }
      batch.values[row] = value
    }
  }
}
