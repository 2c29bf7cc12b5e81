/// Turns the composed scores of a block into those of the projected guidance, `S̃ = S + (w−1)/v (Δ̃ − (D_c − D_u))`.
///
/// The reversal `B` of a ratio correction may look at nothing but the state that it leaves, or its density would not
/// integrate to 1; the running average remembers more. So `B` takes the average to be at rest, `(D_c − D_u)/(1−β)`,
/// where it is but for the change of one step.
struct ProjectedGuidance {
  let plan: RunPlan
  let state: ParticleState
  let scratch: BlockScratch

  /// What two sums over a row say of how its difference is cut and turned.
  private struct Cut {
    /// The factors of the average, and of `D_c`.
    let across: Double
    let along: Double

    init(_ projection: GuidanceProjection, square: Double, product: Double, pointSquare: Double) {
      let shrink =
        projection.normThreshold.map { square > $0 * $0 ? $0 / square.squareRoot() : 1 } ?? 1
      across = shrink
      // The origin has no direction: nothing lies along it.
      along =
        pointSquare > 0 ? (projection.parallel - 1) * shrink * product / pointSquare : 0
    }
  }

  /// Writes `S̃` over the block's scores; `S` and the pull `S̃₀ − S` of an average at rest are kept where the ratio
  /// corrections need them.
  ///
  /// At the end of the path nothing is proposed any more and the scores stay `S`.
  func apply(_ block: Block, at step: Int) {
    guard let guidance = plan.guidance, let projection = guidance.projection else { return }
    let d = plan.dimensions
    let level = plan.path.levels[step]
    let strength = (guidance.scale.value(at: plan.path.progress[step]) - 1) / level
    let momentum = projection.momentum
    let rest = 1 / (1 - momentum)
    let isLast = step == plan.steps
    let kept = scratch.turned.map { (plain: $0.plain[block], pull: $0.pull[block]) }
    for row in 0..<block.count {
      let states = state.states[block].row(row)
      let scores = state.scores[block].row(row)
      let conditional = state.termScores[guidance.conditional][block].row(row)
      let unconditional = state.termScores[guidance.unconditional][block].row(row)
      let averages = state.averages?[block].row(row)
      var square = 0.0
      var product = 0.0
      var pointSquare = 0.0
      var averageSquare = 0.0
      var averageProduct = 0.0
      for j in 0..<d {
        let difference = level * (Double(conditional[j]) - Double(unconditional[j]))
        let point = Double(states[j]) + level * Double(conditional[j])
        square += difference * difference
        product += difference * point
        pointSquare += point * point
        guard let averages else { continue }
        let average = difference + momentum * Double(averages[j])
        averages[j] = Float(average)
        averageSquare += average * average
        averageProduct += average * point
      }
      let cut =
        averages == nil
        ? Cut(projection, square: square, product: product, pointSquare: pointSquare)
        : Cut(projection, square: averageSquare, product: averageProduct, pointSquare: pointSquare)
      let resting = Cut(
        projection, square: rest * rest * square, product: rest * product, pointSquare: pointSquare)
      for j in 0..<d {
        let difference = level * (Double(conditional[j]) - Double(unconditional[j]))
        let point = Double(states[j]) + level * Double(conditional[j])
        if let kept {
          kept.plain[row * d + j] = scores[j]
          let turned = resting.across * rest * difference + resting.along * point
          kept.pull[row * d + j] = Float(strength * (turned - difference))
        }
        guard !isLast else { continue }
        let average = averages.map { Double($0[j]) } ?? difference
        let turned = cut.across * average + cut.along * point
        scores[j] += Float(strength * (turned - difference))
      }
    }
  }
}
