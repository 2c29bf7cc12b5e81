import Foundation

/// `r(x) = log σ((f(x) − center)/width)` of another reward `f`: the log-probability that `f` is high enough.
///
/// It is never above 0, so that nothing is gained by driving `f` far beyond `center`, where a learned reward is wrong
/// first.
///
/// Around a denoised point `f` is taken to spread by `ρ|∇f|`, and the sigmoid's argument is divided by
/// `√(1 + π ρ² |∇f|²/(8 width²))` (MacKay 1992, the expectation of a sigmoid over a Gaussian).
public struct LogSigmoidReward: Reward {
  /// `f`.
  public let reward: any Reward
  /// Where the probability is one half.
  public let center: Double
  /// How far from the center it takes to change; negative to ask for low values.
  public let width: Double

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

  /// Writes the log-probability in nats and, where `f` has one, its gradient.
  public func evaluate(_ batch: RewardBatch) throws {
    try reward.evaluate(batch.withoutVariance)
    for row in 0..<batch.count {
      var factor = 1 / width
      if hasGradient, batch.variance > 0 {
        let spread = batch.variance * batch.squaredGradient(row)
        factor /= (1 + .pi / 8 * spread / (width * width)).squareRoot()
      }
      let argument = factor * (batch.values[row] - center)
      // log σ(a) = −log(1 + e^(−a)), and its derivative σ(−a), without overflow on either side.
      batch.values[row] = argument > 0 ? -log1p(exp(-argument)) : argument - log1p(exp(argument))
      guard hasGradient else { continue }
      let rest = exp(-abs(argument))
      batch.scaleGradient(row, by: factor * (argument > 0 ? rest / (1 + rest) : 1 / (1 + rest)))
    }
  }
}
