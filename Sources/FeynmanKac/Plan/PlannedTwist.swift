/// A reward that is evaluated at the denoised point: what depends on the path alone.
///
/// The reward then enters by its differences, `r'(y') − r(y)`, and steers by a shift `V g` of the step's mean, `V` the
/// variance of its noise and `g ≈ ∇_y r_u`. The weights gain the ratio of the step's densities without and with the shift,
/// `−√V ⟨z, g⟩ − ½ V|g|²`, so that they are right for any `g`; see <doc:Rewards>. Corrections and controls know nothing of
/// it: to them the models are alone.
struct PlannedTwist: Sendable {
  let jacobian: RewardPoint.Jacobian
  /// `v/A`, what the score is multiplied by in `x̂ = y + vS/A`; `steps + 1` values.
  let pulls: [Double]
  /// `ρ² = v s²/(v + s²)/A`, the variance that is left of the data; `steps + 1` values.
  let variances: [Double]
  /// `s²/(s² + v)`; `steps + 1` values.
  let jacobians: [Double]

  /// The twist; nil where the reward is evaluated at the state.
  init?(of target: Target, path: Path, exponentSums: [Double], terms: [RunPlan.PlannedTerm]) throws {
    guard target.reward != nil, let jacobian = target.rewardPoint.jacobian else { return nil }
    let stated = terms.compactMap { term in
      term.model.dataStandardDeviation.map { ($0 * $0, term.exponents[path.steps]) }
    }
    let weight = stated.reduce(0) { $0 + $1.1 }
    let known = target.rewardPoint.dataStandardDeviation
    if let known, !(known > 0 && known.isFinite) {
      throw SetupError("target.rewardPoint.dataStandardDeviation", "\(known); give a number above 0")
    }
    let variance =
      known.map { $0 * $0 } ?? (weight > 0 ? stated.reduce(0) { $0 + $1.0 * $1.1 } / weight : 0)
    guard variance > 0 || jacobian == .finiteDifference else {
      throw SetupError(
        "target.reward",
        "at the denoised point the isotropic jacobian needs the data's standard deviation, which no model states; "
          + "give `dataStandardDeviation`, or use `jacobian: .finiteDifference`")
    }
    self.jacobian = jacobian
    pulls = zip(path.levels, exponentSums).map { $0 / $1 }
    // Without s the data could be anywhere: ρ² = v/A.
    jacobians = path.levels.map { variance > 0 ? variance / (variance + $0) : 1 }
    variances = zip(pulls, jacobians).map { $0 * $1 }
  }
}
