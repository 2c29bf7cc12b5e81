/// A reward that is evaluated at a point which the models expect: what depends on the path alone.
///
/// The reward then enters by its differences, `r'(y') − r(y)`, and steers by a shift `V g` of the step's mean, `V` the
/// variance of its noise and `g ≈ ∇_y r_u`. The weights gain the ratio of the step's densities without and with the shift,
/// so that they are right for any `g`; see <doc:Rewards>. Corrections and controls know nothing of it: to them the models are
/// alone.
struct PlannedTwist: Sendable {
  let jacobian: RewardPoint.Jacobian
  /// What is asked on the way, with the factor that it has at the end inside where it looks ahead.
  let reward: any Reward
  /// What its answers are multiplied by; `steps + 1` values.
  let scales: [Double]
  /// `α` of the coordinates that the reward is asked in.
  let signal: Double
  /// What the score is multiplied by in the point `y + pull S`; `steps + 1` values.
  let pulls: [Double]
  /// The variance of what the path may end at, around the point; `steps + 1` values.
  let variances: [Double]
  /// What the isotropic Jacobian multiplies gradients by; `steps + 1` values.
  let jacobians: [Double]
  /// What a gradient by a finite difference is multiplied by besides; `steps + 1` values.
  let carries: [Double]
  /// The longest shift in a step's deviations `√V`; nil for a reward that does not look ahead.
  let longestShift: Double?
  /// The data is known to be a Gaussian around the point.
  let isGaussian: Bool
  /// What the data's standard deviation was taken for, as nothing says it; nil where something does.
  let guessedStandardDeviation: Double?

  /// A reward that forbids where a path is expected to end may still be met by where it does: on the way it costs so much.
  static let forbidden = -4.0

  /// True for a reward that looks ahead.
  var looksAhead: Bool { longestShift != nil }

  /// The twist; nil where the reward is evaluated at the state.
  init?(
    of target: Target, path: Path, exponentSums: [Double], noiseScales: [Double], terms: [RunPlan.PlannedTerm]
  ) throws {
    guard let reward = target.reward, let jacobian = target.rewardPoint.jacobian else { return nil }
    let known = target.rewardPoint.dataStandardDeviation
    if let known, !(known > 0 && known.isFinite) {
      throw SetupError("target.rewardPoint.dataStandardDeviation", "\(known); give a number above 0")
    }
    let scales = path.progress.map { target.rewardScale.value(at: $0) }
    if target.rewardPoint.looksAhead {
      self.init(ahead: jacobian, reward, scales, path, exponentSums, noiseScales, known, terms)
    } else {
      try self.init(denoised: jacobian, reward, scales, path, exponentSums, known, terms)
    }
  }

  private init(
    ahead jacobian: RewardPoint.Jacobian, _ reward: any Reward, _ scales: [Double], _ path: Path,
    _ exponentSums: [Double], _ noiseScales: [Double], _ known: Double?, _ terms: [RunPlan.PlannedTerm]
  ) {
    self.jacobian = jacobian
    let last = scales[path.steps]
    self.reward = last == 0 ? reward : reward.scaled(by: last)
    self.scales = last == 0 ? scales : scales.map { $0 / last }
    signal = path.signals[path.steps]
    let spread = DataSpread(terms, stated: known)
    let look = path.levels.indices.map { step in
      LookAhead(
        variance: spread.variance(
          at: step, exponentSum: exponentSums[step], exponentSumAtEnd: exponentSums[path.steps]),
        from: path.levels[step],
        to: path.levels[path.steps], exponentSum: exponentSums[step], noiseScale: noiseScales[step])
    }
    pulls = look.map(\.pull)
    variances = look.map { [signal] in signal * signal * $0.variance }
    // A step is shifted by the slope at its mean, which the mean's own slope is taken out of.
    let nexts = look.indices.map { look[min($0 + 1, path.steps)].response }
    jacobians = nexts
    carries = zip(nexts, look).map { $0 / $1.response }
    // What widens is as steep as what is unknown allows; a bound would only keep particles from where it is right to go.
    longestShift = reward.widens ? .infinity : 2
    isGaussian = spread.isGaussian && exponentSums.allSatisfy { $0 == exponentSums[0] }
    guessedStandardDeviation = spread.isKnown ? nil : DataSpread.guess
  }

  private init(
    denoised jacobian: RewardPoint.Jacobian, _ reward: any Reward, _ scales: [Double], _ path: Path,
    _ exponentSums: [Double], _ known: Double?, _ terms: [RunPlan.PlannedTerm]
  ) throws {
    let stated = RunPlan.dataVariance(of: terms.map { ($0.model, $0.exponents[path.steps]) })
    let variance = known.map { $0 * $0 } ?? stated
    guard variance > 0 || jacobian == .finiteDifference else {
      throw SetupError(
        "target.reward",
        "at the denoised point the isotropic jacobian needs the data's standard deviation, which no model states; "
          + "give `dataStandardDeviation`, or use `jacobian: .finiteDifference`")
    }
    self.jacobian = jacobian
    self.reward = reward
    self.scales = scales
    signal = 1
    pulls = zip(path.levels, exponentSums).map { $0 / $1 }
    // Without s the data could be anywhere: ρ² = v/A.
    jacobians = path.levels.map { variance > 0 ? variance / (variance + $0) : 1 }
    variances = zip(pulls, jacobians).map { $0 * $1 }
    carries = path.levels.map { _ in 1 }
    longestShift = nil
    isGaussian = false
    guessedStandardDeviation = nil
  }
}
