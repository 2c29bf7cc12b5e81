internal import CKernels

/// The weighted reverse SDE as a model of the engine: moves particles along the path, asks the models about them and
/// weighs them. A step is the list of its parts, each of which begins and ends it, and is settled island by island.
///
/// Unchecked: within a pass every thread writes what belongs to its own block or island, and passes follow one another.
final class Diffusion: ParticleModel, @unchecked Sendable {
  let plan: RunPlan
  let state: ParticleState
  let streams: RandomStreams
  private let scratch: [BlockScratch]
  private let threads: [ThreadScratch]
  let batches: ModelBatches?
  /// One for each block where models answer for many blocks at a time, else empty.
  private let blockWorkers: [BlockWorker]
  let islands: UnsafeMutableBufferPointer<DiffusionIsland>
  /// The steps that the folds are making.
  let steps: UnsafeMutableBufferPointer<FoldStep>
  let initial: InitialDistribution
  let alignment: ScoreAlignment?
  let response: ResponseMeasurement?
  let curvature: RewardCurvature?
  /// The sizes and noise of moves at a level; nil where particles make none.
  let moves: LangevinMoves?
  private let linearControl: LinearControl?
  /// What controls are fitted to; nil without one.
  private let controlSums: ControlSums?
  /// What probes tell for a control by scores; nil for another.
  private let probeSums: ProbeSums?
  /// The sums of each block's weights, where a fold is less than an island.
  private let foldMoments: BlockColumn<Double>?
  /// The columns of blocks.
  let sums: ColumnTable
  /// Normals in place of the streams', `[N, d]`, for the coarser of two coupled runs.
  let givenNormals: Column<Float>?
  /// The processes that share the run; nil where there is one.
  let ranks: (any RankGroup)?
  /// No step has any noise. Kept, because every step's report asks.
  let isNoiseless: Bool
  /// What was lost where models failed; nil where that ends the run.
  let failed: FailedAnswers?
  /// The numbers of the step that is being made.
  private(set) var numbers: StepNumbers

  init(
    _ plan: RunPlan, _ memory: DiffusionMemory, streams: RandomStreams, start: FittedStart?,
    givenNormals: Column<Float>? = nil, ranks: (any RankGroup)? = nil
  ) {
    self.plan = plan
    self.ranks = ranks
    self.streams = streams
    self.givenNormals = givenNormals
    state = memory.state
    scratch = memory.scratch
    threads = memory.threads
    batches = memory.batches
    blockWorkers =
      memory.batches == nil
      ? []
      : memory.scratch.map { [state] in
        BlockWorker(
          plan: plan, state: state, scratch: $0, thread: memory.threads[0], batches: memory.batches,
          fit: start, probeSums: memory.probeSums)
      }
    alignment = memory.alignment
    response = memory.response
    curvature = memory.curvature
    moves = memory.moves
    moves?.begin()
    linearControl = memory.linearControl
    controlSums = memory.controlSums
    foldMoments = memory.foldMoments
    probeSums = memory.probeSums
    sums = memory.sums
    failed = memory.failed
    initial = InitialDistribution(plan, fit: start)
    isNoiseless = plan.isNoiseless
    numbers = plan.numbers(ofStep: 0)
    islands = .allocate(capacity: plan.islands)
    _ = islands.initialize(from: memory.islands)
    steps = .allocate(capacity: plan.folds)
    _ = steps.initialize(from: memory.steps)
  }

  deinit {
    islands.deallocate()
    steps.deallocate()
  }

  func makeWorker(thread: Int) -> DiffusionWorker {
    let own = threads[thread]
    guard batches == nil else { return DiffusionWorker(own, ofBlocks: blockWorkers) }
    return DiffusionWorker(
      own,
      own: BlockWorker(
        plan: plan, state: state, scratch: scratch[thread], thread: own, batches: nil, fit: initial.fit,
        probeSums: probeSums))
  }

  var initialLogNormalizer: Double { initial.logNormalizer }

  func summarize(_ block: Block, _ logWeights: Rows<Double>, thread: Int, into moments: Rows<Double>) {
    // Without control too: the mean of the feature says whether scores and particles belong together.
    fk_weight_moments(
      block.count, logWeights.base, state.rates?[block].base, state.features?[block].base, moments.base)
    foldMoments?[block].copy(from: moments)
    linearControl?.summarize(block, plan, state, threads[thread], highestLogWeight: moments[0])
  }

  // MARK: - Islands

  func willAdvance(_ step: Int) {
    numbers = plan.numbers(ofStep: step)
    for island in islands.indices {
      response?.moveOn(&islands[island].response, plan, to: step + 1, measuredAt: step)
    }
    for fold in steps.indices {
      prepareStep(&steps[fold], islands[plan.island(ofFold: fold)].response, step: step)
    }
  }

  private func prepareStep(_ own: inout FoldStep, _ response: PointResponse, step: Int) {
    let slope = own.control.slope
    let variance = own.move.variance
    own.move =
      own.scores?.move(numbers, own.control, plan, step: step)
      ?? plan.scheme.move(numbers, slope: slope, response: response)
    if plan.needs.contains(.secondDrift) {
      own.secondDrift = plan.scheme.secondDrift(numbers, slope: slope)
    }
    if plan.role == .finer {
      own.coupling = NoiseCoupling(own, response, after: variance, numbers, step: step)
    }
    if plan.needs.contains(.kernels) {
      own.reversal = Move.exponentialReversal(numbers, slope: slope)
    }
    guard plan.fitsOffset, let offset = own.control.offset.map({ $0 + (plan.scoreBases?.count ?? 0) }) else {
      return
    }
    for j in 0..<plan.dimensions {
      own.offsets?[j] = Float(own.move.offsetFactor * offset[j])
      own.reversalOffsets?[j] = Float(own.reversal.offsetFactor * offset[j])
    }
    guard own.control.isStretched, let stretch = own.control.stretch else { return }
    for j in 0..<plan.dimensions {
      let move = plan.scheme.move(numbers, slope: slope + stretch[j], response: response)
      own.coordinates?.set(j, move)
      own.offsets?[j] = Float(move.offsetFactor * offset[j])
    }
  }

  /// The variance of the noise of an island's step, the mean over its folds.
  private func variance(ofIsland island: Int) -> Double {
    let folds = plan.folds(ofIsland: island)
    return folds.reduce(0) { $0 + steps[$1].move.variance } / Double(folds.count)
  }

  func didReach(_ level: Int) {
    for island in islands.indices {
      let variance = variance(ofIsland: island)
      response?.settle(
        &islands[island].response, ofIsland: island, plan,
        deviation: level == 0 ? initial.deviation : variance.squareRoot())
      if level == 0 {
        response?.moveOn(&islands[island].response, plan, to: 0, measuredAt: 0)
      } else if let curvature {
        islands[island].stiffness = max(
          islands[island].stiffness, curvature.stiffness(ofIsland: island, plan, variance: variance))
      }
    }
  }

  func willSettle(_ island: Int, at level: Int) {
    alignment?.settle(&islands[island].alignment, island, particles: plan.islandParticles, at: level)
  }

  /// Keeps what the next controls are fitted to.
  func settle(_ island: Int, _ moments: WeightMoments, slot: Int) {
    islands[island].logSum = moments.logSum
    guard let controlSums else { return }
    for fold in plan.folds(ofIsland: island) {
      let blocks = plan.blocks(ofFold: fold)
      var own = moments
      if let foldMoments {
        own = WeightMoments()
        for block in blocks { own.merge(WeightMoments(foldMoments.row(block).base)) }
      }
      if let linearControl {
        controlSums.keepLinear(own, ofFold: fold, scaledBy: moments.highest, features: plan.controlFeatures) {
          linearControl.add(blocks, ofIsland: island, scaledBy: moments.highest, plan, to: $0)
        }
      } else {
        controlSums.keepRadial(own, ofFold: fold, scaledBy: moments.highest)
      }
    }
  }

  func didSettle(_ level: Int, in passes: some ParticlePasses<DiffusionWorker>) throws {
    if let failed {
      for island in islands.indices {
        try failed.add(ofIsland: island, to: &islands[island], plan, at: level)
      }
    }
    try fitControls(at: level, in: passes)
    try rejuvenate(at: level, in: passes)
  }

  /// Fits the next controls, each fold's to the others where there are others.
  private func fitControls(at level: Int, in passes: some ParticlePasses<DiffusionWorker>) throws {
    guard let controlSums else { return }
    if let ranks { try controlSums.share(by: ranks) }
    if linearControl != nil {
      if controlSums.areOfOthers {
        try passes.overTasks(controlSums.slices) { slice, _ in controlSums.gather(slice) }
      }
      let isCautious = plan.plannedControl.isChosen
      let chooses = isCautious || controlSums.areOfOthers
      try passes.overTasks(steps.count) { fold, _ in
        steps[fold].fit.fitLinear(
          controlSums.fitted(ofFold: fold).base,
          unless: chooses
            ? ControlChoice(
              particles: controlSums.particles(ofFold: fold), isCautious: isCautious,
              bases: plan.scoreBases?.count ?? 0)
            : nil)
      }
    } else {
      controlSums.gather(0)
      for fold in steps.indices { steps[fold].fit.fitRadial(controlSums.radial(ofFold: fold)) }
    }
    let ahead = plan.controlExtrapolation(at: level)
    for fold in steps.indices {
      steps[fold].control.take(steps[fold].fit, after: steps[fold].formerFit, beyond: ahead)
      steps[fold].formerFit.take(steps[fold].fit)
    }
    try probeSums?.settle(steps, plan, at: level, in: passes, with: ranks)
  }

  /// The control of the next step, that of the first fold, and the fit that it comes from.
  var control: ControlFit { steps[0].control }
  var fit: ControlFit { steps[0].fit }

  /// Makes the next step with a control that other particles have.
  func take(_ control: ControlFit) {
    for fold in steps.indices { steps[fold].control.take(control) }
  }

  /// Makes the next step with what the scores of other particles tell.
  ///
  /// - Parameter isMiddle: The level that they stand at is the middle of the next step here.
  func takeScores(of other: Diffusion, isMiddle: Bool) {
    guard let scores = other.steps[0].scores else { return }
    for fold in steps.indices { steps[fold].scores?.take(scores, isMiddle: isMiddle) }
  }

  // MARK: - Reports

  /// The last step at which each island asked both branches; empty where no threshold was given for it.
  var alignedSteps: [Int?] { alignment == nil ? [] : islands.map(\.alignment.lastStep) }

  /// The most that the reward's curvature has taken of a step's noise variance on an island, no unit.
  var stiffness: Double { islands.reduce(0) { max($0, $1.stiffness) } }

  /// Rows that each model was asked for.
  var modelEvaluations: [(model: String, rows: Int)] {
    var evaluations = plan.modelEvaluations
    guard let guidance = plan.guidance else { return evaluations }
    for island in islands {
      guard let aligned = island.alignment.lastStep else { continue }
      let term = plan.terms[guidance.unconditional]
      let spared = (0...plan.steps).reduce(0) { $0 + ($1 > aligned ? plan.evaluations(of: term, at: $1) : 0) }
      evaluations[guidance.unconditional].rows -= spared * plan.islandParticles
    }
    return evaluations
  }
}
