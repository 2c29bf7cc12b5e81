internal import CKernels
import Foundation

/// Adds up what the linear control is fitted to: the products of all features, block by block.
struct LinearControl {
  /// `Σ w f fᵀ`, `[(d+3)²]`.
  private let products: BlockColumn<Double>
  /// The highest log-weight, which these products are scaled by.
  private let highest: BlockColumn<Double>
  /// The products of an island, `[slots, (d+3)²]`, for each that is settled at the same time.
  private let fits: Rows<Double>

  /// - Parameter slots: How many islands are settled at the same time.
  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ table: ColumnTable, slots: Int) {
    guard plan.needs.contains(.products) else { return nil }
    products = table.block("products", Double.self, width: plan.controlProducts)
    highest = table.block("highest log-weights", Double.self)
    fits = Rows(
      base: table.arena.allocate(Double.self, slots.multipliedSaturating(by: plan.controlProducts)),
      count: slots, width: plan.controlProducts)
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

  /// Fits the control of an island to its blocks.
  ///
  /// - Parameters:
  ///   - merged: The sums of the island's weights.
  ///   - slot: Whose memory is free.
  func fit(
    _ control: inout ControlFit, ofIsland island: Int, _ merged: WeightMoments, _ plan: RunPlan, slot: Int
  ) {
    let sum = fits.row(slot)
    sum.fill(0)
    for (own, highest) in zip(products.ofIsland(island), highest.ofIsland(island)) {
      guard highest[0] > -.infinity else { continue }
      let scale = exp(highest[0] - merged.highest)
      for i in 0..<sum.values { sum[i] += scale * own[i] }
    }
    control.fitLinear(sum.base, dimensions: plan.dimensions)
  }
}
