import Libc

/// `r(x) = −½ ((f(x) − value)/s)²` of another reward `f`: asks for a value of `f`, not for as much as possible.
///
/// Around a denoised point, where `f` spreads by `ρ|∇f|`, it answers the log-expectation of `e^r` to first order in `f`:
/// `−½ (f − value)²/(s² + ρ²|∇f|²) − ½ log(1 + ρ²|∇f|²/s²)`.
public struct NearReward: Reward {
  /// `f`.
  public let reward: any Reward
  /// The value that is asked for.
  public let value: Double
  /// `s`, how far from it counts as near.
  public let standardDeviation: Double

  /// - Parameters:
  ///   - reward: `f`.
  ///   - value: The value that is asked for, in `f`'s units.
  ///   - standardDeviation: `s > 0`, in `f`'s units.
  public init(_ reward: some Reward, value: Double, standardDeviation: Double) {
    precondition(
      standardDeviation > 0 && standardDeviation.isFinite && value.isFinite,
      "value \(value), standard deviation \(standardDeviation)")
    self.reward = reward
    self.value = value
    self.standardDeviation = standardDeviation
  }

  /// True where `f` has a gradient.
  public var hasGradient: Bool { reward.hasGradient }
  /// True where `f` is in closed form.
  public var isClosedForm: Bool { reward.isClosedForm }
  /// The length of rows that `f` takes; nil for any.
  public var dimensions: Int? { reward.dimensions }
  /// The length of rows that `f` takes; nil for any.
  public func workspaceSize(rows: Int, dimensions: Int) -> Int {
    reward.workspaceSize(rows: rows, dimensions: dimensions)
  }

  /// True where `f` has a gradient, which says how far it spreads.
  public var widens: Bool { hasGradient }
  /// A standard deviation divided by the root of the factor, where that is above 0.
  public func scaled(by factor: Double) -> any Reward {
    guard factor > 0 else { return ScaledReward(reward: self, factor: factor) }
    return NearReward(reward, value: value, standardDeviation: standardDeviation / factor.squareRoot())
  }

  /// Writes the reward in nats and, where `f` has a gradient, its own.
  public func evaluate(_ batch: RewardBatch) throws {
    try reward.evaluate(batch.withoutVariance)
    let own = standardDeviation * standardDeviation
    for row in 0..<batch.count {
      let spread = hasGradient && batch.variance > 0 ? batch.variance * batch.squaredGradient(row) : 0
      let difference = batch.values[row] - value
      batch.values[row] = -0.5 * difference * difference / (own + spread) - 0.5 * log1p(spread / own)
      if hasGradient { batch.scaleGradient(row, by: -difference / (own + spread)) }
    }
  }
}
