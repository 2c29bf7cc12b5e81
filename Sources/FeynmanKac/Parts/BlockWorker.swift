/// What one thread takes from block to block.
///
/// Made once for each thread, by that thread: what is made anew for every block counts its references anew, and threads
/// that count references to the same objects, or to neighbours in memory, wait for one another.
final class BlockWorker {
  let scratch: BlockScratch
  let evaluation: BlockEvaluation
  let carriedLogDensities: CarriedLogDensities?
  /// What weighs them; nil where weights stay 1.
  let weights: WeightIncrements?

  init(plan: RunPlan, state: ParticleState, scratch: BlockScratch) {
    self.scratch = scratch
    evaluation = BlockEvaluation(plan: plan, state: state, scratch: scratch)
    carriedLogDensities = CarriedLogDensities(plan)
    weights = plan.correction.makeWeights(plan, state, scratch)
  }
}
