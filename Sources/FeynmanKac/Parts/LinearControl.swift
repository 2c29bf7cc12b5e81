internal import CKernels
import Libc

/// Adds up what a linear or diagonal control, or one by scores, is fitted to: the products of all features, block by block.
struct LinearControl {
  /// `Σ w f fᵀ`, one for each pair of features.
  private let products: BlockColumn<Double>
  /// The highest log-weight, which these products are scaled by.
  private let highest: BlockColumn<Double>

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard plan.needs.contains(.products) else { return nil }
    products = table.block("products", Double.self, width: plan.controlFeatures * plan.controlFeatures)
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
    if let columns = thread.scoreFeatures {
      let rows = columns[block].rows(0..<plan.fittedRows(of: block))
      ScoreControl.fill(rows, block, state)
      return fk_control_products(
        rows.count, rows.width, state.logWeights[block].base, highestLogWeight, rates.base, features.base,
        nil, rows.base,
        nil, thread.featureRows, products[block].base)
    }
    fk_control_products(
      plan.fittedRows(of: block), plan.dimensions, state.logWeights[block].base, highestLogWeight, rates.base,
      features.base,
      plan.needs.contains(.stretch) ? state.states[block].base : nil, state.scores[block].base,
      state.gradients?[block].base, thread.featureRows, products[block].base)
  }

  /// Adds up the products of some blocks of an island.
  ///
  /// - Parameter scale: The log-weight that they are scaled by.
  func add(
    _ blocks: Range<Int>, ofIsland island: Int, scaledBy scale: Double, _ plan: RunPlan, to sum: Rows<Double>
  ) {
    let width = plan.controlFeatures * plan.controlFeatures
    for index in blocks {
      let number = island * plan.blocksPerIsland + index
      let highest = highest.row(number)[0]
      guard highest > -.infinity else { continue }
      let own = products.row(number)
      let factor = exp(highest - scale)
      for i in 0..<width { sum[i] += factor * own[i] }
    }
  }
}
