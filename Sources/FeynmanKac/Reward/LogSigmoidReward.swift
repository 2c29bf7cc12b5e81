import Libc

/// `r(x) = log σ((f(x) − center)/width)` of another reward `f`: the log-probability that `f` is high enough.
///
/// It is never above 0, so that nothing is gained by driving `f` far beyond `center`, where a learned reward is wrong
/// first.
///
/// Around a denoised point `f` is taken to spread by `ρ|∇f|`, and the sigmoid's argument is divided by
/// `√(1 + π ρ² |∇f|²/(8 width²))` (MacKay 1992, the expectation of a sigmoid over a Gaussian). Its tail falls like an
/// exponential and forgives a spread that is three times wrong. Where the data is known to be Gaussian around the point it is
/// blended, as the spread outgrows the width, with `log Φ(z)`, `z = (f − center)/√(ρ²|∇f|² + 8 width²/π)`, which is exact for a
/// width of 0.
public struct LogSigmoidReward: Reward {
  /// `f`.
  public let reward: any Reward
  /// Where the probability is one half.
  public let center: Double
  /// How far from the center it takes to change; negative to ask for low values.
  public let width: Double
  /// What the probability is raised to, no unit.
  private var power = 1.0

  /// - Parameters:
  ///   - reward: `f`.
  ///   - center: Where the probability is one half, in `f`'s units.
  ///   - width: How far from the center it takes to change, in `f`'s units; negative to ask for low values, not 0.
  public init(of reward: some Reward, center: Double = 0, width: Double = 1) {
    precondition(width != 0 && width.isFinite && center.isFinite, "center \(center), width \(width)")
    self.reward = reward
    self.center = center
    self.width = width
  }

  /// True where `f` has a gradient.
  public var hasGradient: Bool { reward.hasGradient }
  /// True where `f` is in closed form.
  public var isClosedForm: Bool { reward.isClosedForm }
  /// True where `f` leaves the tails.
  public var leavesTails: Bool { reward.leavesTails }
  /// The length of rows that `f` takes; nil for any.
  public var dimensions: Int? { reward.dimensions }
  /// The length of rows that `f` takes; nil for any.
  public func workspaceSize(rows: Int, dimensions: Int) -> Int {
    reward.workspaceSize(rows: rows, dimensions: dimensions)
  }

  /// True where `f` has a gradient, which says how far it spreads.
  public var widens: Bool { hasGradient }

  /// The probability to the power of the factor, where that is above 0.
  public func scaled(by factor: Double) -> any Reward {
    guard factor > 0 else { return ScaledReward(reward: self, factor: factor) }
    var scaled = self
    scaled.power *= factor
    return scaled
  }

  /// Writes the log-probability in nats and, where `f` has one, its gradient.
  public func evaluate(_ batch: RewardBatch) throws {
    try reward.evaluate(batch.withoutVariance)
    for row in 0..<batch.count {
      let spread = hasGradient && batch.variance > 0 ? batch.variance * batch.squaredGradient(row) : 0
      let (value, slope) = answer(at: batch.values[row], spread: spread, isGaussian: batch.isGaussian)
      batch.values[row] = value
      if hasGradient { batch.scaleGradient(row, by: slope) }
    }
  }

  /// The log-probability and its derivative in `f`.
  ///
  /// - Parameter spread: The variance of `f`.
  private func answer(at f: Double, spread: Double, isGaussian: Bool) -> (value: Double, slope: Double) {
    let own = 8 / .pi * width * width
    let share = spread / (spread + own)
    // A power of a probability that spread has made a step is that step, at where the power is one half.
    let isRaised = power != 1 && share > 0
    let exponent = isRaised ? pow(power, 1 - share) : power
    let distance = f - center + (isRaised ? share * width * log(expm1(log(2) / power)) : 0)
    var factor = 1 / width
    if spread > 0 { factor /= (1 + .pi / 8 * spread / (width * width)).squareRoot() }
    let argument = factor * distance
    // log σ(a) = −log(1 + e^(−a)), and its derivative σ(−a), without overflow on either side.
    let rest = exp(-abs(argument))
    var value = argument > 0 ? -log1p(rest) : argument - log1p(rest)
    var slope = factor * (argument > 0 ? rest / (1 + rest) : 1 / (1 + rest))
    if isGaussian, spread > 0 {
      let scale = (width > 0 ? 1 : -1) / (spread + own).squareRoot()
      let tail = NormalTail(at: scale * distance)
      value += share * (tail.logProbability - value)
      slope += share * (scale * tail.slope - slope)
    }
    return (exponent * value, exponent * slope)
  }
}
