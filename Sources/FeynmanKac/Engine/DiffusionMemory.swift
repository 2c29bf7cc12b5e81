/// What a diffusion needs of memory beside the engine's, laid out once: to be counted beforehand or to be used.
struct DiffusionMemory {
  let state: ParticleState
  /// One for each thread.
  let scratch: [BlockScratch]
  let sums: BlockSums
  /// The linear control's products of an island, `[(d+3)²]`, for each that is settled at the same time.
  let fits: [Rows<Double>]
  let islands: [DiffusionIsland]

  /// - Parameter population: In whose table the particles' columns are declared.
  init(_ plan: RunPlan, _ memory: PopulationMemory, threads: Int) {
    let arena = memory.arena
    let isLinear = plan.control == .linear
    state = ParticleState(plan, memory.population)
    scratch = (0..<threads).map { _ in BlockScratch(plan, plan.population.table(in: arena)) }
    sums = BlockSums(plan, plan.population.table(in: arena))
    fits = memory.resampling.map { _ in
      Rows(base: arena.allocate(Double.self, plan.controlProducts), count: 1, width: plan.controlProducts)
    }
    islands = (0..<plan.islands).map { _ in
      DiffusionIsland(
        control: ControlFit(offset: arena.allocate(Double.self, plan.dimensions, if: isLinear)),
        offsets: arena.allocate(Float.self, plan.dimensions, if: isLinear),
        reversalOffsets: arena.allocate(Float.self, plan.dimensions, if: isLinear && plan.usesKernels))
    }
  }
}

/// What blocks leave for their islands.
struct BlockSums {
  /// The linear control's products, `[(d+3)²]`.
  let products: BlockColumn<Double>?
  /// The highest log-weight, which these products are scaled by.
  let highest: BlockColumn<Double>?
  /// The sum of the cosines between the guided branches, and that of their squares.
  let alignments: BlockColumn<Double>?
  /// `Σ ⟨z, ȳ − y⟩`, as `PointResponse` adds it up.
  let responses: BlockColumn<Double>?
  /// `Σ |Δ∇r|²` in a step, as `measureCurvature` adds it up.
  let curvatures: BlockColumn<Double>?

  init(_ plan: RunPlan, _ table: ColumnTable) {
    products = table.block(
      "products", Double.self, width: plan.controlProducts, if: plan.control == .linear)
    highest = table.block("highest log-weights", Double.self, if: plan.control == .linear)
    alignments = table.block("alignments", Double.self, width: 2, if: plan.usesAlignment)
    responses = table.block("responses", Double.self, if: plan.measuresResponse)
    curvatures = table.block("curvatures", Double.self, if: plan.measuresCurvature)
  }
}

extension RunPlan {
  /// `(d+3)²` of the linear control, 0 of another.
  var controlProducts: Int { control == .linear ? (dimensions + 3) * (dimensions + 3) : 0 }
}
