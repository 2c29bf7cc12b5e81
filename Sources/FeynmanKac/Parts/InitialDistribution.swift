internal import CKernels
import Libc

/// Where the path begins: `y ~ N(0, V_T/A)` per dimension, weighted by `Π qᵢ^aᵢ` where the start is exact, or the Gaussian that was
/// fitted to the models' scores.
struct InitialDistribution {
  let plan: RunPlan
  /// What was fitted to the models' scores; nil where nothing needs it.
  let fit: FittedStart?
  /// The start where it is the fitted one.
  private let fittedStart: FittedStart?
  /// The variance of one dimension where nothing was fitted.
  private let variance: Double
  /// The standard deviation of one dimension, the mean of all where they differ.
  let deviation: Double

  init(_ plan: RunPlan, fit: FittedStart?) {
    precondition(plan.fitsScores == (fit != nil), "what is fitted is fitted before the run")
    self.plan = plan
    self.fit = fit
    fittedStart = plan.start == .fitted ? fit : nil
    variance = plan.startVariance / plan.exponentSums[0]
    deviation =
      fittedStart.map { $0.deviation.reduce(0, +) / Double(plan.dimensions) } ?? variance.squareRoot()
  }

  /// log Z of the Gaussian start in `y` coordinates, `−½D(A−1) log(2πV_T) − ½D log A` where nothing was fitted; 0 where the weights
  /// carry it.
  var logNormalizer: Double {
    guard plan.needs.contains(.weights), plan.start != .exact else { return 0 }
    if let fittedStart { return fittedStart.logNormalizer }
    let exponentSum = plan.exponentSums[0]
    return -0.5 * Double(plan.intrinsicDimensions)
      * ((exponentSum - 1) * log(2 * .pi * plan.startVariance) + log(exponentSum))
  }

  /// Turns the normals in scratch memory into states.
  func draw(_ block: Block, _ state: ParticleState, _ scratch: BlockScratch) {
    let normals = scratch.normals[block]
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, normals.base) }
    let states = state.states[block]
    if let fittedStart { return draw(fittedStart, normals, into: states) }
    let deviation = Float(deviation)
    for i in 0..<states.values { states[i] = deviation * normals[i] }
  }

  private func draw(_ fit: FittedStart, _ normals: Rows<Float>, into states: Rows<Float>) {
    for row in 0..<states.count {
      let (own, normal) = (states.row(row), normals.row(row))
      for j in 0..<plan.dimensions {
        own[j] = Float(fit.mean[j] + fit.deviation[j] * Double(normal[j]))
      }
    }
  }

  /// Weighs the particles by the target over the Gaussian that they were drawn from.
  ///
  /// - Parameter logDensities: `Σ aᵢ log qᵢ(y)`, `[rows]`, where the start is exact.
  func weigh(
    _ block: Block, _ state: ParticleState, _ scratch: BlockScratch,
    logDensities: Rows<Double>?
  ) {
    guard plan.needs.contains(.weights) else { return }
    let states = state.states[block]
    let logWeights = state.logWeights[block]
    let intrinsic = Double(plan.intrinsicDimensions)
    if plan.start == .exact, let logDensities {
      let constant = 0.5 * intrinsic * log(2 * .pi * variance)
      for row in 0..<block.count {
        logWeights[row] = logDensities[row] + constant + 0.5 * squaredNorm(states.row(row)) / variance
      }
    }
    if plan.reward != nil {
      let rewards = scratch.rewards[block]
      for row in 0..<block.count { logWeights[row] += rewards[row] }
      state.rewards?[block].copy(from: rewards)
    }
  }

  private func squaredNorm(_ row: Rows<Float>) -> Double {
    var sum = 0.0
    for j in 0..<plan.dimensions { sum += Double(row[j]) * Double(row[j]) }
    return sum
  }
}
