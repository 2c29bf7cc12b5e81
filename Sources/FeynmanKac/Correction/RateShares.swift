/// The parts of a step's length that the rates at its two ends are taken for.
///
/// The trapezoid leaves `Δ²/12` times the change of the rate's slope over every smooth part of the path (Euler and Maclaurin). Where exponents
/// rest the rate fades at both ends, and nothing is left. Where they move it begins at once, at the noise or where a late path turns, and stops at
/// the data. Gregory's correction, the slope by the step itself, takes that out: twelfths of the step's length move between its ends.
struct RateShares {
  private let usual: (start: Double, end: Double)
  private let isCorrected: Bool
  /// The step at whose start a late path turns; 0 for another.
  private let turn: Int
  private let last: Int

  init(_ plan: RunPlan) {
    usual = plan.scheme.rateShares
    isCorrected =
      usual == (0.5, 0.5) && plan.needs.contains(.termLogDensities)
    turn = plan.turn
    last = plan.steps - 1
  }

  /// The parts of one step, which sum to what the scheme's do.
  func ofStep(_ step: Int) -> (start: Double, end: Double) {
    guard isCorrected else { return usual }
    let begins = step == 0 || step == turn ? 1.0 / 12 : 0
    let ends = step == last || step == turn - 1 ? 1.0 / 12 : 0
    return (usual.start - begins + ends, usual.end + begins - ends)
  }
}
