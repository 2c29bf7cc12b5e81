/// `log qᵢ` of models that do not know it, where their exponents move: that of the Gaussian that was fitted to the model's
/// scores, which is known at every level, and a difference `δ` to it, which is carried from step to step.
///
/// ```
/// δ' = δ + ½⟨s − s_g + s' − s_g', y' − y⟩ − ¼Δ [v R + v' R'] − ¼V (div r' − div r),   r = s − s_g,   R = div r + |s|² − |s_g|²
/// ```
/// is the integral of `∇ log q/g` along the straight line that the particle moved, whatever moved it, and of `∂_u log q/g = −½ v R`. The last
/// term takes out what the trapezoid of the line leaves on average where the noise of the step has the variance `V`, which would make the
/// whole of first order. Above the level where it begins `δ` is 0: the data is small there beside the noise.
/// - Source: derived in <doc:Mathematics>.
struct CarriedLogDensities {
  private struct Term {
    let index: Int
    let reference: ReferenceGaussian
  }

  private let plan: RunPlan
  private let terms: [Term]

  /// - Parameter fit: What was fitted to the models' scores.
  /// - Returns: Nil where nothing needs them.
  init?(_ plan: RunPlan, fit: FittedStart?) {
    guard plan.needs.contains(.carriedLogDensities), let fit else { return nil }
    self.plan = plan
    terms = plan.terms.indices.filter { plan.terms[$0].isCarried }.map {
      Term(index: $0, reference: ReferenceGaussian(fit.models[$0]))
    }
  }

  /// Gives particles of the start what they begin with.
  func begin(_ block: Block, _ state: ParticleState, _ scratch: BlockScratch) {
    for term in terms { begin(term, block, state, scratch, at: 0) }
  }

  private func begin(
    _ term: Term, _ block: Block, _ state: ParticleState, _ scratch: BlockScratch, at level: Int
  ) {
    term.reference.fill(
      state.termLogDensities[term.index][block], of: state.states[block], at: plan.path.levels[level])
    if plan.carries(at: level) { keep(term, block, state, scratch) }
  }

  /// Carries them from the start to the end of a step, after the models were asked there.
  ///
  /// - Parameters:
  ///   - numbers: Those of the step.
  ///   - level: Where it has led.
  ///   - variance: `V`, that of the step's noise per dimension.
  func end(
    _ block: Block, _ state: ParticleState, _ scratch: BlockScratch, _ numbers: StepNumbers, at level: Int,
    variance: Double
  ) {
    for term in terms {
      guard plan.carries(at: level - 1) else {
        begin(term, block, state, scratch, at: level)
        continue
      }
      carry(term, block, state, scratch, numbers, variance: variance)
      keep(term, block, state, scratch)
    }
  }

  private func keep(_ term: Term, _ block: Block, _ state: ParticleState, _ scratch: BlockScratch) {
    state.divergences[term.index][block].copy(from: scratch.probes!.divergences[term.index][block])
  }

  private func carry(
    _ term: Term, _ block: Block, _ state: ParticleState, _ scratch: BlockScratch, _ numbers: StepNumbers,
    variance: Double
  ) {
    // bound: kept where log-densities are carried.
    let start = scratch.start!
    let (starts, ends) = (start.states[block], state.states[block])
    let (startScores, endScores) = (start.termScores[term.index][block], state.termScores[term.index][block])
    let (former, divergences) = (
      state.divergences[term.index][block], scratch.probes!.divergences[term.index][block]
    )
    let logDensities = state.termLogDensities[term.index][block]
    let (level, nextLevel) = (numbers.level, numbers.nextLevel)
    let reference = term.reference
    let constant = reference.logConstant(at: nextLevel) - reference.logConstant(at: level)
    for row in 0..<block.count {
      var (shape, line) = (0.0, 0.0)
      var (residual, nextResidual) = (former[row], divergences[row])
      for j in 0..<starts.width {
        let at = row * starts.width + j
        let (own, noise) = (Double(starts[at]) - reference.mean[j], reference.variance[j] + level)
        let (next, nextNoise) = (Double(ends[at]) - reference.mean[j], reference.variance[j] + nextLevel)
        let (pull, nextPull) = (-own / noise, -next / nextNoise)
        let (score, nextScore) = (Double(startScores[at]), Double(endScores[at]))
        shape += 0.5 * (next * nextPull - own * pull)
        line += 0.5 * (score - pull + nextScore - nextPull) * (next - own)
        residual += score * score - pull * pull
        nextResidual += nextScore * nextScore - nextPull * nextPull
      }
      logDensities[row] +=
        constant + shape + line - 0.25 * numbers.length * (level * residual + nextLevel * nextResidual)
        - 0.25 * variance * (divergences[row] - former[row])
    }
  }

  // MARK: - Probes

  /// Writes `div (s − s_g)` of a block, by what a model says where probes have displaced its states.
  ///
  /// - Parameters:
  ///   - index: The model's term.
  ///   - scores: What it says there, `[rows, d]`, in `y` coordinates.
  ///   - level: Where the particles are.
  func measure(
    _ index: Int, _ scores: Rows<Float>, _ block: Block, _ state: ParticleState, _ scratch: BlockScratch,
    at level: Int
  ) {
    guard let term = terms.first(where: { $0.index == index }), let probes = scratch.probes else { return }
    let (states, displaced) = (state.states[block], probes.states[block])
    let own = state.termScores[index][block]
    let divergences = probes.divergences[index][block]
    let noise = plan.path.levels[level]
    let scale = 1 / (Probe.length * Probe.length * noise)
    for row in 0..<block.count {
      var sum = 0.0
      for j in 0..<states.width {
        let at = row * states.width + j
        // What was added after rounding.
        let moved = Double(displaced[at]) - Double(states[at])
        sum +=
          moved * (Double(scores[at]) - Double(own[at]) + moved / (term.reference.variance[j] + noise))
      }
      divergences[row] = scale * sum
    }
  }
}
