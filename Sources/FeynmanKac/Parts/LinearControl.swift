internal import CKernels
import Foundation

/// Adds up what the linear control is fitted to: the products of all features, block by block.
struct LinearControl {
  /// `Σ w f fᵀ`, `[(d+3)²]`.
  private let products: BlockColumn<Double>
  /// The highest log-weight, which these products are scaled by.
  private let highest: BlockColumn<Double>

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard plan.needs.contains(.products) else { return nil }
    products = table.block("products", Double.self, width: plan.controlProducts)
    highest = table.block("highest log-weights", Double.self)
  }

  /// Writes a block's products.
  ///
  /// - Parameter highestLogWeight: That of the block.
  func summarize(
    _ block: Block, _ plan: RunPlan, _ state: ParticleState, _ thread: ThreadScratch, highestLogWeight: Double
  ) {
    guard let rates = state.rates?[block], let features = state.features?[block] else { return }
    highest[block][0] = highestLogWeight
    fk_control_products(
      block.count, plan.dimensions, state.logWeights[block].base, highestLogWeight, rates.base, features.base,
      state.scores[block].base, state.gradients?[block].base, thread.featureRow, products[block].base)
  }

  /// Keeps the products of an island, normalised and centred, for the fit of a control.
  ///
  /// - Parameter merged: The sums of the island's weights.
  func keep(_ sums: ControlSums, ofIsland island: Int, _ merged: WeightMoments, _ plan: RunPlan) {
    guard merged.sum > 0 else { return sums.forget(island) }
    let sum = sums.row(ofIsland: island)
    let width = plan.controlProducts
    sum.fill(0)
    for (own, highest) in zip(products.ofIsland(island), highest.ofIsland(island)) {
      guard highest[0] > -.infinity else { continue }
      let scale = exp(highest[0] - merged.highest)
      for i in 0..<width { sum[i] += scale * own[i] }
    }
    let stride = plan.dimensions + 3
    let total = sum[0]
    guard total > 0 else { return sums.forget(island) }
    // Row 0 holds the means.
    var size = 0.0
    for i in 1..<stride {
      for j in i..<stride {
        sum[i * stride + j] = sum[i * stride + j] / total - sum[i] / total * (sum[j] / total)
      }
      size += sum[i * stride + i]
    }
    // Products are no larger than the squares on the diagonal.
    guard size.isFinite else { return sums.forget(island) }
    sums.setParticles(merged.effectiveSampleSize, ofIsland: island)
  }
}
