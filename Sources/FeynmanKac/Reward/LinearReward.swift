/// `r(x) = ⟨c, x⟩`, in nats.
public struct LinearReward: Reward {
  /// `c`, length `d`, in nats per data unit.
  public let coefficients: [Double]

  /// - Parameter coefficients: `c`, length `d`, in nats per data unit.
  public init(coefficients: [Double]) { self.coefficients = coefficients }

  /// True: the gradient is exact.
  public var hasGradient: Bool { true }
  /// True: it is a formula.
  public var isClosedForm: Bool { true }
  /// True: a linear function shifts a Gaussian tail and keeps its width.
  public var leavesTails: Bool { true }
  /// No precision, and `h = c`.
  public var quadraticForm: (precision: [Double], slope: [Double])? {
    (Array(repeating: 0, count: coefficients.count), coefficients)
  }
  /// `d`, the number of coefficients.
  public var dimensions: Int? { coefficients.count }

  /// True: the expectation of `e^r` over a Gaussian is in closed form.
  public var widens: Bool { true }
  /// The coefficients times the factor.
  public func scaled(by factor: Double) -> any Reward {
    LinearReward(coefficients: coefficients.map { factor * $0 })
  }

  /// Writes `⟨c, x⟩`, or around a denoised point `⟨c, x⟩ + ½ρ²|c|²`, in nats, and the gradient `c`.
  public func evaluate(_ batch: RewardBatch) {
    let gain = batch.variance > 0 ? 0.5 * batch.variance * coefficients.reduce(0) { $0 + $1 * $1 } : 0
    for row in 0..<batch.count {
      let start = row * batch.dimensions
      var value = gain
      for j in 0..<batch.dimensions {
        value += coefficients[j] * Double(batch.states[start + j])
        batch.gradients[start + j] = Float(coefficients[j])
      }
      batch.values[row] = value
    }
  }
}

extension LinearReward {
  private static let slope = Parameter<[Double]>("coefficients", .any, "c of r = ⟨c, x⟩; [d].")

  package static let kind = KindDescription<any Reward>("linear", "r = ⟨c, x⟩.", [slope]) {
    LinearReward(coefficients: $0[slope])
  }
}
