/// What one thread takes from block to block.
///
/// Made once for each thread, by that thread: what is made anew for every block counts its references anew, and threads
/// that count references to the same objects, or to neighbours in memory, wait for one another.
final class DiffusionWorker {
  let thread: ThreadScratch
  private let own: BlockWorker?
  private let ofBlocks: [BlockWorker]

  /// - Parameters:
  ///   - own: For every block that the thread works on.
  init(_ thread: ThreadScratch, own: BlockWorker) {
    self.thread = thread
    self.own = own
    ofBlocks = []
  }

  /// - Parameters:
  ///   - ofBlocks: One for each block, which keeps what is known of it between passes.
  init(_ thread: ThreadScratch, ofBlocks: [BlockWorker]) {
    self.thread = thread
    own = nil
    self.ofBlocks = ofBlocks
  }

  /// What works on a block.
  func callAsFunction(_ block: Block) -> BlockWorker {
    if let own { return own }
    let worker = ofBlocks[block.number]
    worker.evaluation.thread = thread
    return worker
  }
}

/// The parts that work on a block, with its memory.
final class BlockWorker {
  let scratch: BlockScratch
  let evaluation: BlockEvaluation
  let carriedLogDensities: CarriedLogDensities?
  let scoreControl: ScoreControl?
  /// What weighs them; nil where weights stay 1.
  let weights: WeightIncrements?

  init(
    plan: RunPlan, state: ParticleState, scratch: BlockScratch, thread: ThreadScratch, batches: ModelBatches?,
    fit: FittedStart?, probeSums: ProbeSums?
  ) {
    self.scratch = scratch
    evaluation = BlockEvaluation(plan: plan, state: state, scratch: scratch, thread: thread, batches: batches)
    carriedLogDensities = CarriedLogDensities(plan, fit: fit)
    scoreControl = ScoreControl(plan, probeSums)
    weights = plan.correction.makeWeights(plan, state, scratch)
  }
}
