/// How a guided target's proposal changes the difference between its branches: Adaptive Projected Guidance.
///
/// With the denoised points `D_c`, `D_u` of the two branches, `w` the scale and `Δ` the running average of their difference,
/// ```
/// Δ  ← (D_c − D_u) + β Δ₋             β the momentum, Δ₋ the particle's average of the step before, 0 at first
/// Δ' = Δ min(1, r/‖Δ‖)                r the norm threshold
/// D  = D_c + (w − 1) (Δ'⊥ + η Δ'∥)    the parts across and along D_c
/// ```
/// With `η = 1`, no threshold and no momentum this is plain guidance. The target is not changed by it, only where the
/// proposal goes: with `correction` none the samples follow the proposal, with a ratio of kernels they are weighted for
/// the target.
///
/// Where steps are short the average comes to rest at `(D_c − D_u)/(1 − β)`: a momentum of −0.5 takes a third off the
/// guidance.
///
/// - Source: Sadat et al. 2024, *Eliminating Oversaturation and Artifacts of High Guidance Scales in Diffusion Models*.
public struct GuidanceProjection: Sendable, Equatable {
  /// `η`, what is kept of the part along `D_c`; no unit.
  public var parallel: Double
  /// `r > 0`, in data units; nil for none.
  public var normThreshold: Double?
  /// `β`, between −1 and 1 exclusively; negative ones push away from where guidance went before.
  public var momentum: Double

  /// Values for all properties. Nothing is checked before a plan or a run.
  public init(parallel: Double = 0, normThreshold: Double? = nil, momentum: Double = -0.5) {
    self.parallel = parallel
    self.normThreshold = normThreshold
    self.momentum = momentum
  }
}
