internal import CKernels

// Rewards that are evaluated at a point which the models expect.

extension BlockEvaluation {
  /// Writes `r_u` into `scratch.rewards` and `g ≈ ∇_y r_u` into the twists, from the block's scores at the same states.
  func evaluateDenoisedReward(
    _ twist: PlannedTwist, of states: Rows<Float>, _ block: Block, at step: Int
  ) throws {
    let twists = state.twists?[block]
    let scale = twist.scales[step]
    guard scale != 0 else {
      scratch.rewards[block].fill(0)
      twists?.fill(0)
      return
    }
    let columns = scratch.denoised!
    let points = columns.points[block]
    let scores = state.scores[block]
    let pull = Float(twist.pulls[step])
    for i in 0..<states.values { points[i] = states[i] + pull * scores[i] }
    if twist.signal != 1 { for i in 0..<states.values { points[i] *= Float(twist.signal) } }
    try ask(
      twist.reward, at: points, variance: twist.variances[step], isGaussian: twist.isGaussian, scale: scale,
      block,
      step: step, gradients: twists)
    if twist.looksAhead { bound(block) }
    guard let twists else { return }
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, twists.base) }
    if let displaced = columns.displaced {
      return displace(states, along: twists, displaced, block, at: step)
    }
    let factor = Float(scale * twist.signal * twist.jacobians[step])
    for i in 0..<twists.values { twists[i] *= factor }
    try checkGradients(twists, block, at: step)
  }

  /// Lets particles live that the reward would forbid to end where they are expected to, as they may end elsewhere.
  private func bound(_ block: Block) {
    let rewards = scratch.rewards[block]
    for row in 0..<block.count where rewards[row] == -.infinity { rewards[row] = PlannedTwist.forbidden }
  }

  /// Puts states `y + h g` where the models are asked next. The displacement has a tenth of the noise's length: the denoised
  /// point bends on the scale of the noise, and rounding needs more than a hundredth.
  private func displace(
    _ states: Rows<Float>, along twists: Rows<Float>, _ columns: DenoisedColumns.Displaced, _ block: Block,
    at step: Int
  ) {
    let d = plan.dimensions
    let length = displacement(at: step)
    let displaced = columns.states[block]
    let norms = columns.gradientNorms[block]
    for row in 0..<block.count {
      var square = 0.0
      for j in row * d..<(row + 1) * d { square += Double(twists[j]) * Double(twists[j]) }
      norms[row] = square.squareRoot()
      let factor = Float(norms[row] > 0 ? length / norms[row] : 0)
      for j in row * d..<(row + 1) * d { displaced[j] = states[j] + factor * twists[j] }
    }
    ask(at: displaced, block, level: step)
  }

  /// `g ← λ [x̂(y + h g) − x̂(y)]/h`, of the states that were displaced.
  func carryBack(_ block: Block, at step: Int) throws {
    guard let twists = state.twists?[block], let twist = plan.twist, let columns = scratch.denoised?.displaced
    else { return }
    let d = plan.dimensions
    let length = displacement(at: step)
    let points = scratch.denoised!.points[block]
    let displaced = columns.states[block]
    let norms = columns.gradientNorms[block]
    let scores = columns.scores[block]
    try composeScores(of: displaced, block, at: step, into: scores)
    let pull = Float(twist.pulls[step])
    for row in 0..<block.count {
      let factor = Float(twist.scales[step] * twist.carries[step] * norms[row] / length)
      for j in row * d..<(row + 1) * d {
        let point = Float(twist.signal) * (displaced[j] + pull * scores[j])
        twists[j] = factor * (point - points[j])
      }
    }
    try checkGradients(twists, block, at: step)
  }

  private func displacement(at step: Int) -> Double { 0.1 * plan.path.levels[step].squareRoot() }

  /// Shifts the states that a step led to by `V g`, or by as much of it as is allowed, and adds the log-ratio of its densities without and with the shift to
  /// the increments. The normals of the step must still be in scratch memory.
  func steer(
    _ states: Rows<Float>, by twists: Rows<Float>, variance: Double, ofCoordinates own: UnsafePointer<Float>?,
    _ block: Block
  ) {
    if let own { return steer(states, by: twists, deviations: own, block) }
    let d = plan.dimensions
    let normals = scratch.normals[block]
    let increments = scratch.increments[block]
    let deviation = variance.squareRoot()
    let longest = plan.twist?.longestShift ?? .infinity
    for row in 0..<block.count {
      var product = 0.0
      var square = 0.0
      for j in row * d..<(row + 1) * d {
        let gradient = Double(twists[j])
        product += gradient * Double(normals[j])
        square += gradient * gradient
      }
      let length = deviation * square.squareRoot()
      let share = length > longest ? longest / length : 1
      let shift = Float(share * variance)
      for j in row * d..<(row + 1) * d { states[j] += shift * twists[j] }
      increments[row] -= share * (deviation * product + 0.5 * share * variance * square)
    }
  }

  /// The same where each coordinate has noise of its own: lengths are in its deviations.
  private func steer(
    _ states: Rows<Float>, by twists: Rows<Float>, deviations: UnsafePointer<Float>, _ block: Block
  ) {
    let d = plan.dimensions
    let normals = scratch.normals[block]
    let increments = scratch.increments[block]
    let longest = plan.twist?.longestShift ?? .infinity
    for row in 0..<block.count {
      let at = row * d
      var product = 0.0
      var square = 0.0
      for j in 0..<d {
        let step = Double(deviations[j]) * Double(twists[at + j])
        product += step * Double(normals[at + j])
        square += step * step
      }
      let length = square.squareRoot()
      let share = length > longest ? longest / length : 1
      for j in 0..<d {
        let deviation = Double(deviations[j])
        states[at + j] += Float(share * deviation * deviation * Double(twists[at + j]))
      }
      increments[row] -= share * (product + 0.5 * share * square)
    }
  }
}
