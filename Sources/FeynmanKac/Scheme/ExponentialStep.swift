internal import CKernels
import Libc

extension Move {
  /// The exponential step: the pull towards the drift point is solved exactly, with that point frozen or extrapolated
  /// to the middle of the step.
  ///
  /// `y' = y e^(−κΔ) + (κ₀ ỹ + b) Δ φ(κΔ) + √V z`, `κ₀ = ½(1+c²)A`, `κ = κ₀(1 − ρ) − θ`, `V = c² v' Δ φ((2κ−1)Δ)`.
  /// The drift point is `ȳ = y + (v/A)(S + c²/(1+c²) ∇r)`, so that the reward's drift is extrapolated too. What follows the
  /// state, `ρ y`, is taken out of it and solved with the rest of the linear part: `ỹ = p + h(p − p₋)`, `p = ȳ − ρ y`.
  /// Exponents and noise scale are taken in the middle of the step.
  ///
  /// - Parameters:
  ///   - h: How far the point is extrapolated along its last change; 0 freezes it.
  ///   - response: `ρ`, the same that the point before was kept with.
  ///   - nextResponse: `ρ` of the step after, which the point is kept with.
  static func exponential(
    _ numbers: StepNumbers, slope: Double, extrapolation h: Double, response: Double = 0,
    nextResponse: Double = 0
  ) -> Move {
    let c2 = numbers.noiseScale.middle * numbers.noiseScale.middle
    let length = numbers.length
    let pull = numbers.pull
    let decay = pull * (1 - response) - slope
    let gain = length * relativeDecay(decay * length)
    let startC2 = numbers.noiseScale.start * numbers.noiseScale.start
    let pointScore = numbers.level / numbers.exponentSum.start
    let pointGradient = pointScore * startC2 / (1 + startC2)
    var affine = fk_affine()
    affine.state = expm1(-decay * length) + pull * gain * (1 - response)
    affine.score = pull * gain * (1 + h) * pointScore
    affine.gradient = pull * gain * (1 + h) * pointGradient
    affine.history = pull * gain * h
    affine.history_state = 1 - response
    affine.point_state = 1 - nextResponse
    affine.point_score = pointScore
    affine.point_gradient = pointGradient
    let variance = c2 * numbers.nextLevel * length * relativeDecay((2 * decay - 1) * length)
    return Move(affine: affine, offsetFactor: gain, variance: variance)
  }

  /// The exponential step towards a pull that stands in place of the scores, `y' = y e^(−κΔ) + (pull + b) Δ φ(κΔ) + √V z`.
  ///
  /// - Parameter decay: `κ`.
  static func pull(_ numbers: StepNumbers, decay: Double) -> Move {
    let length = numbers.length
    let gain = length * relativeDecay(decay * length)
    var affine = fk_affine()
    affine.state = expm1(-decay * length)
    affine.score = gain
    let c2 = numbers.noiseScale.middle * numbers.noiseScale.middle
    let variance = c2 * numbers.nextLevel * length * relativeDecay((2 * decay - 1) * length)
    return Move(affine: affine, offsetFactor: gain, variance: variance)
  }

  /// The reversal of the exponential step: from `y'` back to `y`, whose density weighs the ratio corrections.
  ///
  /// Drift `½(c²−1) v S + ½c² v ∇r − θ y − b` in rising log v; `κ_B = ½(c²−1)A' + θ`,
  /// `V_B = c² v Δ φ((2κ_B+1)Δ)`. At c = 1 without control this is `N(y', v − v')`.
  static func exponentialReversal(_ numbers: StepNumbers, slope: Double) -> Move {
    let c2 = numbers.noiseScale.middle * numbers.noiseScale.middle
    let length = numbers.length
    let pull = 0.5 * (c2 - 1) * numbers.exponentSum.end
    let decay = pull + slope
    let gain = length * relativeDecay(decay * length)
    var affine = fk_affine()
    affine.state = expm1(-decay * length) + pull * gain
    affine.score = 0.5 * (c2 - 1) * numbers.nextLevel * gain
    affine.gradient = 0.5 * c2 * numbers.nextLevel * gain
    let variance = c2 * numbers.level * length * relativeDecay((2 * decay + 1) * length)
    return Move(affine: affine, offsetFactor: -gain, variance: variance)
  }
}

/// `φ(x) = (1 − e^(−x))/x`, 1 at 0.
private func relativeDecay(_ x: Double) -> Double { x == 0 ? 1 : -expm1(-x) / x }
