internal import CKernels

/// One step of a scheme: a Gaussian whose mean is affine in the state, the score and the gradient of the reward.
struct Move {
  var affine: fk_affine
  /// What a constant drift `b` is multiplied by.
  var offsetFactor: Double
  /// The variance of the noise, per dimension.
  var variance: Double

  init(affine: fk_affine, offsetFactor: Double, variance: Double) {
    self.affine = affine
    self.offsetFactor = offsetFactor
    self.variance = variance
    self.affine.deviation = variance.squareRoot()
  }

  /// Before the first step.
  static let none = Move(affine: fk_affine(), offsetFactor: 0, variance: 0)

  /// `length` times the drift `½(1+c²) v S + ½c² v ∇r + θ y + b` at one end of a step, without noise.
  static func drift(level: Double, squaredNoiseScale c2: Double, slope: Double, length: Double) -> Move {
    var affine = fk_affine()
    affine.state = slope * length
    affine.score = 0.5 * (1 + c2) * level * length
    affine.gradient = 0.5 * c2 * level * length
    return Move(affine: affine, offsetFactor: length, variance: 0)
  }
}

/// What a scheme adds to a step once the models were asked where it has led: drift at the end in, drift at the start out.
/// Noise has no part in it, nor has a constant drift, which is the same at both ends.
struct SecondDrift {
  /// The drift at the end that is added.
  let end: Move
  /// The drift at the start that is taken out.
  let start: Move
}
