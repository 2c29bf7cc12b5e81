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
  /// What controls are fitted to; nil without one.
  let controlSums: ControlSums?
  let islands: [DiffusionIsland]

  /// - Parameter memory: Beside whose columns those of the particles are declared.
  init(_ plan: RunPlan, _ memory: PopulationMemory, threads: Int) {
    let arena = memory.arena
    state = ParticleState(plan, memory.population)
    scratch = (0..<(plan.asksTogether ? plan.blockCount : threads)).map { _ in
      BlockScratch(plan, plan.population.table(in: arena))
    }
    self.threads = (0..<threads).map { _ in ThreadScratch(plan, plan.population.table(in: arena)) }
    batches = ModelBatches(plan, plan.population.table(in: arena))
    let sums = plan.population.table(in: arena)
    alignment = ScoreAlignment(plan, sums)
    response = ResponseMeasurement(plan, sums)
    curvature = RewardCurvature(plan, sums)
    linearControl = LinearControl(plan, sums)
    controlSums =
      plan.control == .none
      ? nil
      : ControlSums(
        width: linearControl == nil ? ControlSums.radialWidth : plan.controlProducts, islands: plan.islands,
        in: arena)
    let isLinear = plan.control == .linear
    islands = (0..<plan.islands).map { _ in
      DiffusionIsland(
        step: IslandStep(
          control: ControlFit(offset: arena.allocate(Double.self, plan.dimensions, if: isLinear)),
          offsets: arena.allocate(Float.self, plan.dimensions, if: isLinear),
          reversalOffsets: arena.allocate(
            Float.self, plan.dimensions, if: isLinear && plan.needs.contains(.kernels))))
    }
  }
}
