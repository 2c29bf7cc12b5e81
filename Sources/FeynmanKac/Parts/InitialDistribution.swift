internal import CKernels
import Foundation

/// Where the path begins: `y ~ N(0, V_T/A)` per dimension, weighted by `Π qᵢ^aᵢ` where the start is exact.
struct InitialDistribution {
  let plan: RunPlan
  /// The variance of one dimension.
  private let variance: Double

  init(_ plan: RunPlan) {
    self.plan = plan
    variance = plan.startVariance / plan.exponentSums[0]
  }

  /// The standard deviation of one dimension.
  var deviation: Double { variance.squareRoot() }

  /// log Z of the Gaussian start in `y` coordinates, `−½D(A−1) log(2πV_T) − ½D log A`; 0 where the weights carry it.
  var logNormalizer: Double {
    guard plan.needs.contains(.weights), plan.start == .gaussian else { return 0 }
    let exponentSum = plan.exponentSums[0]
    return -0.5 * Double(plan.intrinsicDimensions)
      * ((exponentSum - 1) * log(2 * .pi * plan.startVariance) + log(exponentSum))
  }

  /// Turns the normals in scratch memory into states.
  func draw(_ block: Block, _ state: ParticleState, _ scratch: BlockScratch) {
    let normals = scratch.normals[block]
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, normals.base) }
    let deviation = Float(deviation)
    let states = state.states[block]
    for i in 0..<states.values { states[i] = deviation * normals[i] }
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
    guard plan.needs.contains(.termLogDensities) else { return }
    for (index, term) in plan.terms.enumerated() where !term.model.hasLogDensity {
      // A model without log density begins as the Gaussian that it is close to at the noise.
      let spread = term.model.dataStandardDeviation ?? 0
      let own = plan.path.levels[0] + spread * spread
      let logDensities = state.termLogDensities[index][block]
      for row in 0..<block.count {
        logDensities[row] = -0.5 * (intrinsic * log(2 * .pi * own) + squaredNorm(states.row(row)) / own)
      }
    }
  }

  private func squaredNorm(_ row: Rows<Float>) -> Double {
    var sum = 0.0
    for j in 0..<plan.dimensions { sum += Double(row[j]) * Double(row[j]) }
    return sum
  }
}
