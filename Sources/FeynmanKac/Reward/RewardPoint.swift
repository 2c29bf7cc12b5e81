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
  /// `s`, in data units; nil for what the models state.
  let dataStandardDeviation: Double?

  /// The noisy state itself: `r_u(y) = λ(u) r(αy)`.
  public static let state = RewardPoint(jacobian: nil, dataStandardDeviation: nil)

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
    RewardPoint(jacobian: jacobian, dataStandardDeviation: dataStandardDeviation)
  }

  /// True for all but the state.
  public var isDenoised: Bool { jacobian != nil }

  /// The point in words, for a plan.
  public var description: String {
    jacobian.map { "at the denoised point, \($0.rawValue) Jacobian" } ?? "at the state"
  }
}
