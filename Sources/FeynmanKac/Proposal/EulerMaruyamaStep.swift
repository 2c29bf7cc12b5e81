internal import CKernels

extension Move {
  /// `y' = y + [½(1+c²) v S + ½c² v ∇r + θ y + b] Δ + c √(vΔ) z`, first order in `u`; kept to compare with the paper.
  static func euler(_ numbers: StepNumbers, slope: Double) -> Move {
    let c2 = numbers.noiseScale.start * numbers.noiseScale.start
    let drift = Move.drift(level: numbers.level, squaredNoiseScale: c2, slope: slope, length: numbers.length)
    return Move(
      affine: drift.affine, offsetFactor: numbers.length, variance: c2 * numbers.level * numbers.length)
  }

  /// `length` times the drift at one end of a step, without noise.
  static func drift(level: Double, squaredNoiseScale c2: Double, slope: Double, length: Double) -> Move {
    var affine = fk_affine()
    affine.state = slope * length
    affine.score = 0.5 * (1 + c2) * level * length
    affine.gradient = 0.5 * c2 * level * length
    return Move(affine: affine, offsetFactor: length, variance: 0)
  }
}
