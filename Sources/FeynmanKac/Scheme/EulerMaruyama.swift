internal import CKernels

/// `y' = y + [½(1+c²) v S + ½c² v ∇r + θ y + b] Δ + c √(vΔ) z`, first order in `u`; kept to compare with the paper.
struct EulerMaruyama: Scheme {
  let name = "euler-maruyama"
  let summary = "First order, as published by Skreta et al. 2025; for comparison."
  let order = 1
  let hasReversal = false
  let needs: Needs = []
  /// The paper pairs it with a left-point sum.
  let rateShares = (start: 1.0, end: 0.0)
  let knownError: String? =
    "`scheme: .eulerMaruyama` is of first order: on targets with exact answers log Z came out 0.05 to 0.2 too large at "
    + "200 steps. Use `.exponentialMultistep`, or measure it by `stepSizeError: .doubling()`."

  func move(_ numbers: StepNumbers, slope: Double, response: PointResponse) -> Move {
    let c2 = numbers.noiseScale.start * numbers.noiseScale.start
    let drift = Move.drift(level: numbers.level, squaredNoiseScale: c2, slope: slope, length: numbers.length)
    return Move(
      affine: drift.affine, offsetFactor: numbers.length, variance: c2 * numbers.level * numbers.length)
  }
}

extension Sampler.Scheme {
  /// First order in `u`, with a left-point sum of the weights; as published by Skreta et al. 2025.
  public static let eulerMaruyama = Self(EulerMaruyama())
}
