internal import CKernels

/// One step of a scheme: a Gaussian whose mean is affine in the state, the score and the gradient of the reward.
struct Move {
  var affine: fk_affine
  /// What a constant drift `b` is multiplied by.
  var offsetFactor: Double
  /// The variance of the noise, per dimension.
  var variance: Double

  /// - Parameters:
  ///   - slope: `θ` of the control.
  ///   - response: `ρ` of the drift point, of which the multistep scheme solves its share exactly.
  init(_ scheme: Sampler.Scheme, _ numbers: StepNumbers, slope: Double, response: PointResponse) {
    switch scheme {
    case .exponentialMultistep:
      let history = numbers.previousLength.map { 0.5 * numbers.length / $0 } ?? 0
      self = .exponential(
        numbers, slope: slope, extrapolation: history, response: response.current, nextResponse: response.next
      )
    case .exponential: self = .exponential(numbers, slope: slope, extrapolation: 0)
    case .eulerMaruyama: self = .euler(numbers, slope: slope)
    case .heun: self = .heunPredictor(numbers, slope: slope)
    }
  }

  init(affine: fk_affine, offsetFactor: Double, variance: Double) {
    self.affine = affine
    self.offsetFactor = offsetFactor
    self.variance = variance
    self.affine.deviation = variance.squareRoot()
  }
}
