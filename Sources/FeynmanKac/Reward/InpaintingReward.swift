import Libc

/// Some coordinates measured with Gaussian noise: `r(x) = Σ log N(bₖ; x_{iₖ}, σ²)`, a `MeasurementReward` whose matrix picks
/// coordinates. Around a denoised point the variance is `σ² + ρ²`.
public struct InpaintingReward: Reward {
  /// The measured coordinates, from 0, each once.
  public let indices: [Int]
  /// `b`, as many as indices.
  public let values: [Double]
  /// `σ`, in data units.
  public let standardDeviation: Double
  /// What the likelihood is raised to, no unit.
  private var power = 1.0
  private let width: Int

  /// - Parameters:
  ///   - indices: The measured coordinates, from 0, each once.
  ///   - values: `b`, as many as indices.
  ///   - standardDeviation: `σ > 0`, in data units.
  ///   - dimensions: `d`, the length of rows.
  /// - Throws: `SetupError` naming `indices`, `values` or `standardDeviation` where they are empty, out of range, given
  ///   twice, not finite, of other lengths than each other, or not positive.
  public init(
    indices: [Int], values: [Double], standardDeviation: Double, dimensions: Int
  ) throws(SetupError) {
    guard !indices.isEmpty else { throw SetupError("indices", "empty; give at least one") }
    for (place, index) in indices.enumerated() {
      guard (0..<dimensions).contains(index) else {
        throw SetupError("indices", "found \(index); rows have coordinates 0 to \(dimensions - 1)")
      }
      guard !indices[..<place].contains(index) else {
        throw SetupError("indices", "found \(index) twice; give each coordinate once")
      }
    }
    guard values.count == indices.count else {
      throw SetupError(
        "values", "has length \(values.count); there are \(indices.count) indices, give as many")
    }
    for value in values where !value.isFinite { throw SetupError("values", "\(value); give finite numbers") }
    guard standardDeviation > 0, standardDeviation.isFinite else {
      throw SetupError("standardDeviation", "\(standardDeviation); give a number above 0")
    }
    self.indices = indices
    self.values = values
    self.standardDeviation = standardDeviation
    width = dimensions
  }

  /// True: the gradient is exact.
  public var hasGradient: Bool { true }
  /// True: it is a formula.
  public var isClosedForm: Bool { true }
  /// `d`, as it was given.
  public var dimensions: Int? { width }

  /// True: the expectation of `e^r` over a Gaussian is in closed form.
  public var widens: Bool { true }
  /// The likelihood to the power of the factor, a Gaussian again where that is above 0.
  public func scaled(by factor: Double) -> any Reward {
    guard factor > 0 else { return ScaledReward(reward: self, factor: factor) }
    var scaled = self
    scaled.power *= factor
    return scaled
  }

  /// Writes `Σ log N(bₖ; x_{iₖ}, σ² + ρ²)` in nats, and its gradient.
  public func evaluate(_ batch: RewardBatch) {
    let noise = standardDeviation * standardDeviation
    let own = noise / power
    let variance = own + batch.variance
    // `log N(b; x, σ²)^f` less that of a Gaussian of variance `σ²/f`: exactly 0 at `f = 1`.
    let rest = 0.5 * log(2 * .pi * own) - 0.5 * power * log(2 * .pi * noise)
    let constant = -0.5 * Double(indices.count) * log(2 * .pi * variance) + Double(indices.count) * rest
    batch.gradients.update(repeating: 0, count: batch.count * batch.dimensions)
    for row in 0..<batch.count {
      var sum = 0.0
      for (k, index) in indices.enumerated() {
        let at = row * batch.dimensions + index
        let residual = values[k] - Double(batch.states[at])
        sum += residual * residual
        batch.gradients[at] = Float(residual / variance)
      }
      batch.values[row] = constant - 0.5 * sum / variance
    }
  }
}
