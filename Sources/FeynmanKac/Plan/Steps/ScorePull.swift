/// What the step of a fold knows of the scores that its control is spanned by.
///
/// A drift `Σ θₘ v sₘ` beside that of the target is one of other exponents: `½(1+c²) v Σ ãₘ sₘ` with `ãₘ = aₘ + 2θₘ/(1+c²)`. The step is that of
/// the exponential scheme, with the mean derivative of each `v sₘ` solved as a part of the linear one, and the rest extrapolated to the middle.
struct ScorePull {
  /// The mean over particles and coordinates of the derivative of each `v sₘ`, no unit, at the last level and at the one before.
  private let slopes: UnsafeMutablePointer<Double>
  private let formerSlopes: UnsafeMutablePointer<Double>
  /// The same in the middle of the step that is next.
  let middleSlopes: UnsafeMutablePointer<Double>
  /// What the drift has of each `v sₘ`, and then of `v ∇r`.
  let coefficients: UnsafeMutablePointer<Double>
  /// The derivatives themselves, of all particles but the fold's.
  var jacobians: ProbedJacobians?
  private let bases: Int
  private var levels = 0
  /// `κ`, the rate at which a particle follows all that is solved exactly.
  private(set) var decay = 0.0

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, in arena: Arena) {
    guard let bases = plan.scoreBases?.count else { return nil }
    self.bases = bases
    slopes = arena.allocate(Double.self, bases)
    formerSlopes = arena.allocate(Double.self, bases)
    middleSlopes = arena.allocate(Double.self, bases)
    coefficients = arena.allocate(Double.self, bases + 1)
    jacobians = ProbedJacobians(plan, in: arena)
  }

  /// `Σ` of the coefficients times the slopes.
  var linear: Double { (0..<bases).reduce(0) { $0 + coefficients[$1] * middleSlopes[$1] } }

  /// Takes what was measured at a level, and foresees the middle of the next step by the line through it and the one before.
  ///
  /// - Parameters:
  ///   - ahead: Half the length of the next step over that of the last; 0 for none.
  mutating func measure(ahead: Double, _ slope: (_ basis: Int) -> Double) {
    for basis in 0..<bases {
      formerSlopes[basis] = slopes[basis]
      let found = slope(basis)
      slopes[basis] = found.isFinite ? found : -1
      let change = levels > 0 ? ahead * (slopes[basis] - formerSlopes[basis]) : 0
      middleSlopes[basis] = slopes[basis] + change
    }
    levels += 1
  }

  /// Takes what another population measured.
  ///
  /// - Parameter isMiddle: The level that it was measured at is the middle of the next step here.
  mutating func take(_ other: ScorePull, isMiddle: Bool) {
    for basis in 0..<bases {
      middleSlopes[basis] = isMiddle ? other.slopes[basis] : other.middleSlopes[basis]
    }
    if let own = other.jacobians { jacobians?.take(own) }
  }

  /// Writes what was measured to a checkpoint, or reads it back.
  mutating func exchange(_ state: StateExchange) throws(FileError) {
    try state.value("levels", &levels)
    guard levels >= 0, levels < Int.max else {
      throw FileError(.malformed, "checkpoint", "has a number of levels that no run comes to")
    }
    try state.value("decay", &decay)
    for (name, values) in [
      ("slopes", slopes), ("former slopes", formerSlopes), ("middle slopes", middleSlopes),
    ] {
      try state.rows(name, values, count: bases)
    }
    try state.rows("coefficients", coefficients, count: bases + 1)
    try jacobians?.exchange(state)
  }

  /// The step, as a pull by a vector of the scores: `y' = y e^(−κΔ) + (pull + b) Δ φ(κΔ) + √V z`.
  ///
  /// - Parameters:
  ///   - control: Has `θ`, and then `θₘ` of each basis in the first of its further numbers.
  mutating func move(_ numbers: StepNumbers, _ control: ControlFit, _ plan: RunPlan, step: Int) -> Move {
    let c2 = numbers.noiseScale.middle * numbers.noiseScale.middle
    for basis in 0..<bases {
      let own = control.offset?[basis] ?? 0
      // A control of the composed score grows with the exponents, as its rate does.
      let share =
        plan.scoreBases?.areSingle == true
        ? own : own * plan.exponent(ofBasis: basis, inStep: step)
      coefficients[basis] =
        0.5 * (1 + c2) * plan.exponent(ofBasis: basis, inStep: step) + share
    }
    coefficients[bases] = 0.5 * c2
    decay = -linear - control.slope
    return .pull(numbers, decay: decay)
  }
}
