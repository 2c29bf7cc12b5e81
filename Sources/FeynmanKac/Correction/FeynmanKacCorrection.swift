internal import CKernels

/// The rate of the log-weight, integrated along the path: `½Δ` times the rate at each end of a step, or what the scheme
/// pairs with it.
/// - Source: Skreta et al. 2025; derived in <doc:Mathematics>.
struct FeynmanKacCorrection: Correction {
  let name = "feynman-kac"
  let summary = "The rate of the log-weight, integrated along the path (Skreta et al. 2025)."
  let needs: Needs = [.weights, .rates]
  let refusals = [
    Refusal(
      .projection, "target.guidance.projection",
      "`.feynmanKac` needs the divergence of the drift, which `projection` makes unknown; use `correction: .kernelRatio` "
        + "with `sampler.control: .none`, whose weights hold for any drift, or `correction: .none`")
  ]
  let followsSchemeOrder = true

  func makeWeights(_ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch) -> WeightIncrements? {
    FeynmanKacWeights(plan, state, scratch)
  }
}

extension Sampler.Correction {
  /// The rate of the log-weight, integrated along the path (Skreta et al. 2025).
  public static let feynmanKac = Self(FeynmanKacCorrection())
}

private final class FeynmanKacWeights: WeightIncrements {
  private let shares: RateShares
  /// Nothing but the rates of scores enters the weights, and they at both ends of a step alike.
  private let isOnePass: Bool

  override init(_ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch) {
    shares = RateShares(plan)
    isOnePass =
      plan.scheme.rateShares == (0.5, 0.5) && !plan.needs.contains(.products) && plan.reward == nil
      && !plan.needs.contains(.termLogDensities)
    super.init(plan, state, scratch)
  }

  override func begin(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {
    if !isOnePass { super.begin(block, island, numbers, step: step) }
  }

  override func end(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) -> Int {
    guard isOnePass else { return super.end(block, island, numbers, step: step) }
    guard let rates = state.rates?[block], let features = state.features?[block] else { return block.count }
    return fk_weigh(
      block.count, plan.dimensions, Double(plan.intrinsicDimensions), plan.path.levels[step + 1],
      state.states[block].base, state.scores[block].base, scratch.squares[block].base, 0.5 * numbers.length,
      island.control.slope, rates.base, features.base, state.logWeights[block].base)
  }

  override func addStart(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {
    addRates(block, island, factor: shares.ofStep(step).start * numbers.length)
  }

  override func addEnd(_ block: Block, _ island: FoldStep, _ numbers: StepNumbers, step: Int) {
    let share = shares.ofStep(step).end
    if share != 0 { addRates(block, island, factor: share * numbers.length) }
  }
}
