/// What a diffusion needs of memory beside the engine's, laid out once: to be counted beforehand or to be used.
struct DiffusionMemory {
  let state: ParticleState
  /// One for each thread, or for each block where models answer for many blocks at a time.
  let scratch: [BlockScratch]
  /// One for each thread.
  let threads: [ThreadScratch]
  let batches: ModelBatches?
  let alignment: ScoreAlignment?
  let response: ResponseMeasurement?
  let curvature: RewardCurvature?
  let linearControl: LinearControl?
  let moves: LangevinMoves?
  /// What controls are fitted to; nil without one.
  let controlSums: ControlSums?
  /// The sums of each block's weights, where a fold is less than an island.
  let foldMoments: BlockColumn<Double>?
  /// What probes tell for a control by scores; nil for another.
  let probeSums: ProbeSums?
  /// The columns of blocks.
  let sums: ColumnTable
  /// What was lost where models failed; nil where that ends the run.
  let failed: FailedAnswers?
  let islands: [DiffusionIsland]
  let steps: [FoldStep]

  /// - Parameter memory: Beside whose columns those of the particles are declared.
  init(_ plan: RunPlan, _ memory: PopulationMemory, threads: Int) {
    let arena = memory.arena
    state = ParticleState(plan, memory.population)
    scratch = (0..<(plan.asksTogether ? plan.blockCount : threads)).map { _ in
      BlockScratch(plan, plan.population.table(in: arena))
    }
    self.threads = (0..<threads).map { _ in ThreadScratch(plan, plan.population.table(in: arena)) }
    batches = ModelBatches(plan, plan.population.table(in: arena))
    sums = plan.population.table(in: arena)
    alignment = ScoreAlignment(plan, sums)
    response = ResponseMeasurement(plan, sums)
    curvature = RewardCurvature(plan, sums)
    linearControl = LinearControl(plan, sums)
    moves = LangevinMoves(plan, memory, sums)
    controlSums = plan.control == .none ? nil : ControlSums(plan, in: arena)
    foldMoments =
      plan.foldsOfAll > plan.population.share.total
      ? sums.block("sums of folds", Double.self, width: WeightMoments.sumCount) : nil
    failed = FailedAnswers(plan, sums)
    probeSums = ProbeSums(plan, sums, in: arena)
    islands = Array(repeating: DiffusionIsland(), count: plan.islands)
    let isLinear = plan.needs.contains(.products)
    let isDiagonal = plan.needs.contains(.stretch)
    let numbers = plan.scoreBases == nil ? plan.dimensions : plan.controlFeatures - 3
    func control() -> ControlFit {
      ControlFit(
        dimensions: numbers, offset: arena.allocate(Double.self, numbers, if: isLinear),
        stretch: arena.allocate(Double.self, plan.dimensions, if: isDiagonal))
    }
    steps = (0..<plan.folds).map { _ in
      FoldStep(
        control: control(), fit: control(), formerFit: control(),
        coordinates: isDiagonal ? CoordinateMoves(plan.dimensions, in: arena) : nil,
        scores: ScorePull(plan, in: arena),
        offsets: arena.allocate(Float.self, plan.dimensions, if: isLinear && plan.fitsOffset),
        reversalOffsets: arena.allocate(
          Float.self, plan.dimensions, if: isLinear && plan.needs.contains(.kernels)))
    }
  }
}
