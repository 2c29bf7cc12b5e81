internal import CKernels
import Foundation

// Rewards that are evaluated at the denoised point.

extension BlockEvaluation {
  /// Writes `r_u` into `scratch.rewards` and `g ≈ ∇_y r_u` into `twists`, from the scores at the same states.
  func evaluateDenoisedReward(
    _ reward: any Reward, _ twist: PlannedTwist, of states: UnsafePointer<Float>,
    scores: UnsafePointer<Float>, _ block: Block, at step: Int, twists: UnsafeMutablePointer<Float>?
  ) throws {
    let count = block.count * plan.dimensions
    let scale = plan.rewardScales[step]
    guard scale != 0 else {
      scratch.rewards.update(repeating: 0, count: block.count)
      twists?.update(repeating: 0, count: count)
      return
    }
    let points = scratch.denoisedPoints
    let pull = Float(twist.pulls[step])
    for i in 0..<count { points[i] = states[i] + pull * scores[i] }
    try ask(reward, at: points, variance: twist.variances[step], block, step: step, gradients: twists)
    guard let twists else { return }
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, twists) }
    switch twist.jacobian {
    case .isotropic:
      let factor = Float(scale * twist.jacobians[step])
      for i in 0..<count { twists[i] *= factor }
    case .finiteDifference:
      try multiplyByJacobian(twists, twist, of: states, block, at: step, scale: scale)
    }
    let bad = fk_first_non_finite(twists, count)
    if bad < count {
      throw RunError.notFinite(
        source: "the reward's gradient", step: step, time: plan.path.times[step],
        particle: block.start + bad / plan.dimensions)
    }
  }

  /// `g ← λ [x̂(y + h g) − x̂(y)]/h`. The displacement has a tenth of the noise's length: the denoised point bends on the
  /// scale of the noise, and rounding needs more than a hundredth.
  private func multiplyByJacobian(
    _ twists: UnsafeMutablePointer<Float>, _ twist: PlannedTwist, of states: UnsafePointer<Float>,
    _ block: Block, at step: Int, scale: Double
  ) throws {
    let d = plan.dimensions
    let length = 0.1 * plan.path.levels[step].squareRoot()
    let displaced = scratch.displacedStates
    let norms = scratch.gradientNorms
    for row in 0..<block.count {
      var square = 0.0
      for j in row * d..<(row + 1) * d { square += Double(twists[j]) * Double(twists[j]) }
      norms[row] = square.squareRoot()
      let factor = Float(norms[row] > 0 ? length / norms[row] : 0)
      for j in row * d..<(row + 1) * d { displaced[j] = states[j] + factor * twists[j] }
    }
    try composeScores(of: displaced, block, at: step, into: scratch.displacedScores)
    let pull = Float(twist.pulls[step])
    for row in 0..<block.count {
      let factor = Float(scale * norms[row] / length)
      for j in row * d..<(row + 1) * d {
        let point = displaced[j] + pull * scratch.displacedScores[j]
        twists[j] = factor * (point - scratch.denoisedPoints[j])
      }
    }
  }

  /// Shifts the states that a step led to by `V g`, and adds the log-ratio of its densities without and with the shift to
  /// the increments. The normals of the step must still be in scratch memory.
  func steer(
    _ states: UnsafeMutablePointer<Float>, by twists: UnsafePointer<Float>, variance: Double, _ block: Block
  ) {
    let d = plan.dimensions
    let deviation = variance.squareRoot()
    let shift = Float(variance)
    for row in 0..<block.count {
      var product = 0.0
      var square = 0.0
      for j in row * d..<(row + 1) * d {
        let gradient = Double(twists[j])
        product += gradient * Double(scratch.normals[j])
        square += gradient * gradient
        states[j] += shift * twists[j]
      }
      scratch.increments[row] -= deviation * product + 0.5 * variance * square
    }
  }
}
