/// Where along the path a reward is evaluated.
public struct RewardPoint: Sendable, Equatable {
  /// How the gradient of `r(x̂)` is carried to the noisy state, `∇_y = (∂x̂/∂y)ᵀ ∇r(x̂)`.
  ///
  /// Weights hold for any approximation: a worse one steers worse.
  public enum Jacobian: String, Sendable, CaseIterable {
    /// `∂x̂/∂y ≈ s²/(s² + v)` with the data's standard deviation `s`: no further evaluation of the models.
    case isotropic
    /// `[x̂(y + h g) − x̂(y)]/h` along the gradient `g`, right because `∂x̂/∂y` of a score is symmetric: one further
    /// evaluation of the models a step.
    case finiteDifference = "finite-difference"
  }

  /// How the gradient is carried to the noisy state; nil at the state.
  let jacobian: Jacobian?
  /// The reward is widened by what is unknown of where the path ends.
  let looksAhead: Bool
  /// `s`, in data units; nil for what the models state.
  let dataStandardDeviation: Double?

  /// The noisy state itself: `r_u(y) = λ(u) r(αy)`.
  public static let state = RewardPoint(jacobian: nil, looksAhead: false, dataStandardDeviation: nil)

  /// The end of the path, as far as it is known: `r_u(y) = log E[e^{λ r}]` over what the path may end at. With the isotropic
  /// Jacobian. The default.
  public static let ahead = ahead(jacobian: .isotropic)

  /// The end of the path, with the choices that there are.
  ///
  /// - Parameters:
  ///   - jacobian: How the gradient is carried to the noisy state.
  ///   - dataStandardDeviation: `s` per dimension, in data units; nil for what the models state or are, and 1 where none does.
  ///     Weights hold for any; one that is three times wrong costs particles and no more.
  public static func ahead(jacobian: Jacobian, dataStandardDeviation: Double? = nil) -> RewardPoint {
    RewardPoint(jacobian: jacobian, looksAhead: true, dataStandardDeviation: dataStandardDeviation)
  }

  /// The denoised point, where the path is expected to end: `r_u(y) = λ(u) r(x̂(y))`, `x̂ = y + vS/A`; at the very end
  /// of the path at the state. With the isotropic Jacobian.
  public static let denoised = denoised(jacobian: .isotropic)

  /// The denoised point, with the choices that there are.
  ///
  /// - Parameters:
  ///   - jacobian: How the gradient is carried to the noisy state.
  ///   - dataStandardDeviation: `s` per dimension, in data units, of the isotropic Jacobian and of the variance
  ///     `ρ² = v s²/(v + s²)/A` that rewards see; nil for what the models state.
  public static func denoised(jacobian: Jacobian, dataStandardDeviation: Double? = nil) -> RewardPoint {
    RewardPoint(jacobian: jacobian, looksAhead: false, dataStandardDeviation: dataStandardDeviation)
  }

  /// True for all but the state: the reward is taken at a point that the models expect.
  public var isDenoised: Bool { jacobian != nil }

  /// The point in words, for a plan.
  public var description: String {
    guard let jacobian else { return "at the state" }
    return "\(looksAhead ? "looking ahead" : "at the denoised point"), \(jacobian.rawValue) Jacobian"
  }
}
