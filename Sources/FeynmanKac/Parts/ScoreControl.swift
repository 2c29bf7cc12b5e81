internal import CKernels

/// The control that the models' own scores span, `Σ θₘ v sₘ + θ y + b`, as far as it works on blocks.
///
/// A drift `v s` changes the rate by `v (div s + ⟨s, S + ∇r⟩)`. The divergence is that of a difference along one probe, which is one more evaluation
/// of every model a level.
/// - Source: Ren et al. 2025, variance-controlling guidance; the step and the probes are ours, derived in <doc:Mathematics>.
struct ScoreControl {
  private let plan: RunPlan
  private let bases: ScoreBases
  private let sums: ProbeSums

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ sums: ProbeSums?) {
    guard let bases = plan.scoreBases, let sums else { return nil }
    self.plan = plan
    self.bases = bases
    self.sums = sums
  }

  /// A basis at the particles.
  private func scores(_ basis: Int, _ block: Block, _ state: ParticleState) -> Rows<Float> {
    bases.areSingle ? state.termScores[basis][block] : state.scores[block]
  }

  // MARK: Probes

  /// Where no model is probed, the potentials are those of noise, which a radial control takes care of.
  func rest(_ block: Block, _ state: ParticleState, at level: Int) {
    state.scoreControl?.potentials[block].fill(0)
    guard bases.areSingle else { return }
    for (basis, term) in plan.terms.enumerated() where !plan.asks(term, at: level) {
      state.termScores[basis][block].fill(0)
    }
  }

  /// Before the first model answers.
  func begin(_ block: Block, _ columns: ScoreColumns) {
    for basis in columns.probed { basis[block].fill(0) }
  }

  /// Adds what a term's model says beside the particles.
  ///
  /// - Parameter scores: In `y` coordinates, `[rows, d]`.
  func add(_ term: Int, _ scores: Rows<Float>, _ block: Block, _ columns: ScoreColumns, at level: Int) {
    for basis in 0..<bases.count {
      let coefficient =
        Float(
          bases.coefficient(of: term, in: basis, exponent: plan.terms[term].exponents[level]))
      guard coefficient != 0 else { continue }
      let sum = columns.probed[basis][block]
      for i in 0..<scores.values { sum[i] += coefficient * scores[i] }
    }
  }

  /// Writes the potentials of a block's particles, and what it adds to the sums, once all models have answered.
  func measure(
    _ block: Block, _ fold: FoldStep, _ state: ParticleState, _ scratch: BlockScratch,
    _ thread: ThreadScratch, at level: Int
  ) {
    guard let own = state.scoreControl, let columns = scratch.scoreControl, let probes = scratch.probes else {
      return
    }
    let d = plan.dimensions
    let noise = plan.path.levels[level]
    let (states, displaced, total) = (state.states[block], probes.states[block], state.scores[block])
    let gradients = state.gradients?[block]
    let length = Probe.length * noise.squareRoot()
    let inverse = Float(1 / length)
    let scale = plan.scale(ofBasesAt: level)
    let sum = sums.slopes[block]
    sum.fill(0)
    sum[bases.count] = Double(block.count)
    // The probe takes the displaced states' place: what was added after rounding.
    for i in 0..<displaced.values { displaced[i] = inverse * (displaced[i] - states[i]) }
    for basis in 0..<bases.count {
      let (scores, changes) = (scores(basis, block, state), columns.probed[basis][block])
      let potentials = own.potentials[block]
      let carried = carriedDivergences(basis, probes)?[block]
      let carriedScale = noise * (bases.areSingle ? 1 : plan.terms[basis].exponents[level])
      for row in 0..<block.count {
        var (divergence, product) = (0.0, 0.0)
        for i in row * d..<(row + 1) * d {
          changes[i] = inverse * (changes[i] - scores[i])
          divergence += Double(displaced[i]) * Double(changes[i])
          product += Double(scores[i]) * Double(total[i])
          if let gradients { product += Double(scores[i]) * Double(gradients[i]) }
        }
        divergence *= noise
        if let jacobians = fold.scores?.jacobians {
          let excess = jacobians.noise(basis, along: displaced.row(row).base)
          divergence -= excess
          if let carried { carried[row] -= excess / carriedScale }
        }
        potentials[row * bases.count + basis] = divergence + noise * product
        sum[basis] += divergence / scale
      }
    }
    addProducts(block, displaced, columns, thread)
  }

  /// The divergences of the only term of a basis, where its log density is carried: they have the noise of the same probes.
  private func carriedDivergences(_ basis: Int, _ probes: ProbeColumns) -> ScratchColumn<Double>? {
    guard bases.areSingle || plan.terms.count == 1, plan.terms[basis].isCarried else { return nil }
    return probes.divergences[basis]
  }

  private func addProducts(
    _ block: Block, _ probes: Rows<Float>, _ columns: ScoreColumns, _ thread: ThreadScratch
  ) {
    guard let products = sums.products, let packed = columns.changes?[block],
      let zeros = columns.zeros?[block]
    else { return }
    let d = plan.dimensions
    let rows = plan.fittedRows(of: block)
    zeros.fill(0)
    for row in 0..<rows {
      let to = packed.row(row)
      for j in 0..<d { to[j] = probes[row * d + j] }
      for (basis, changes) in columns.probed.enumerated() {
        let changes = changes[block]
        for j in 0..<d { to[(basis + 1) * d + j] = changes[row * d + j] }
      }
    }
    let sums = products[block]
    fk_control_products(
      rows, packed.width, zeros.base, 0, zeros.base, zeros.base, nil, packed.base, nil, thread.featureRows,
      sums.base)
    let squares = sums.base + (sums.width - bases.count)
    for (basis, changes) in columns.probed.enumerated() {
      let changes = changes[block]
      squares[basis] = 0
      for row in 0..<rows {
        var divergence = 0.0
        for i in row * d..<(row + 1) * d { divergence += Double(probes[i]) * Double(changes[i]) }
        squares[basis] += divergence * divergence
      }
    }
  }

  // MARK: Fits

  /// Writes the numbers that a control is fitted to beside `F`: the potentials, and `S + ∇r` where a constant drift is fitted.
  ///
  /// - Parameter features: `[rows, bases]` or `[rows, bases + d]`.
  static func fill(_ features: Rows<Float>, _ block: Block, _ state: ParticleState) {
    guard let potentials = state.scoreControl?.potentials[block] else { return }
    let (bases, d) = (potentials.width, features.width - potentials.width)
    let (scores, gradients) = (state.scores[block], state.gradients?[block])
    for row in 0..<features.count {
      let to = features.row(row)
      for basis in 0..<bases { to[basis] = Float(potentials[row * bases + basis]) }
      for j in 0..<d { to[bases + j] = scores[row * d + j] + (gradients.map { $0[row * d + j] } ?? 0) }
    }
  }

  // MARK: Steps

  /// Writes the pull of a step, extrapolated to its middle, and keeps what the next one looks back to.
  func pull(
    _ block: Block, _ own: ScorePull, _ numbers: StepNumbers, _ state: ParticleState, _ columns: ScoreColumns,
    at level: Int
  ) {
    guard let kept = state.scoreControl else { return }
    let pulls = columns.pulls[block]
    let states = state.states[block]
    let level = (noise: Float(numbers.level), scale: Float(1 / plan.scale(ofBasesAt: level)))
    let ahead = kept.formerStates == nil ? 0 : numbers.previousLength.map { 0.5 * numbers.length / $0 } ?? 0
    let h = Float(ahead)
    let linear = Float(own.linear)
    if let former = kept.formerStates?[block] {
      for i in 0..<states.values {
        pulls[i] = -linear * ((1 + h) * states[i] - (h == 0 ? 0 : h * former[i]))
        former[i] = states[i]
      }
    } else {
      for i in 0..<states.values { pulls[i] = -linear * states[i] }
    }
    for basis in 0..<bases.count {
      add(
        scores(basis, block, state), times: level.noise * level.scale,
        coefficient: Float(own.coefficients[basis]), h,
        kept.formerPulls.isEmpty ? nil : kept.formerPulls[basis][block], to: pulls)
    }
    if let gradients = state.gradients?[block] {
      add(
        gradients, times: level.noise, coefficient: Float(own.coefficients[bases.count]), h,
        kept.formerPulls.isEmpty ? nil : kept.formerPulls[bases.count][block], to: pulls)
    }
  }

  private func add(
    _ values: Rows<Float>, times scale: Float, coefficient: Float, _ h: Float, _ former: Rows<Float>?,
    to pulls: Rows<Float>
  ) {
    guard let former else {
      for i in 0..<values.values { pulls[i] += coefficient * (scale * values[i]) }
      return
    }
    for i in 0..<values.values {
      let pull = scale * values[i]
      pulls[i] += coefficient * ((1 + h) * pull - (h == 0 ? 0 : h * former[i]))
      former[i] = pull
    }
  }
}
