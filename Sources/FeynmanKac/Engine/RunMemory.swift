/// All memory of a run, laid out once: to be counted beforehand or to be used.
struct RunMemory {
  let arena: Arena
  let state: ParticleState
  let scratch: [BlockScratch]
  let resampling: [ResamplingScratch]
  let sums: BlockSums
  /// The parents of the genealogy's slices that are done, `[slices][N]`.
  let genealogy: [Column<Int32>]
  let islands: [IslandState]

  init(_ plan: RunPlan, pool: WorkerPool, in arena: Arena) {
    self.arena = arena
    func table() -> ColumnTable {
      ColumnTable(
        particles: plan.particles, blockRows: plan.blockRows, blockCount: plan.blockCount,
        blocksPerIsland: plan.blocksPerIsland, in: arena)
    }
    let isLinear = plan.control == .linear
    state = ParticleState(plan, table())
    scratch = (0..<pool.threads).map { _ in BlockScratch(plan, table()) }
    let oneEach = plan.islands >= pool.threads
    resampling = (0..<(oneEach ? pool.threads : 1)).map { _ in
      ResamplingScratch(plan, pool: oneEach ? WorkerPool(threads: 1) : pool, in: arena)
    }
    sums = BlockSums(plan, table())
    let recorded = table()
    genealogy = (0..<plan.genealogySlices.keptCount).map {
      recorded.particle("parents of slice \($0)", Int32.self)
    }
    islands = (0..<plan.islands).map { _ in
      IslandState(
        logNormalizer: 0, uniqueAncestors: plan.islandParticles,
        control: ControlFit(offset: arena.allocate(Double.self, plan.dimensions, if: isLinear)),
        offsets: arena.allocate(Float.self, plan.dimensions, if: isLinear),
        reversalOffsets: arena.allocate(Float.self, plan.dimensions, if: isLinear && plan.usesKernels))
    }
  }
}

/// What blocks leave for their islands.
struct BlockSums {
  /// `WeightMoments.sumCount` sums, as `fk_weight_moments` writes them.
  let moments: BlockColumn<Double>
  /// The linear control's products, `[(d+3)²]`.
  let products: BlockColumn<Double>?
  /// The sum of the cosines between the guided branches, and that of their squares.
  let alignments: BlockColumn<Double>?
  /// `Σ ⟨z, ȳ − y⟩`, as `PointResponse` adds it up.
  let responses: BlockColumn<Double>?
  /// `Σ |Δ∇r|²` in a step, as `measureCurvature` adds it up.
  let curvatures: BlockColumn<Double>?

  init(_ plan: RunPlan, _ table: ColumnTable) {
    moments = table.block("moments", Double.self, width: WeightMoments.sumCount)
    products = table.block(
      "products", Double.self, width: plan.controlProducts, if: plan.control == .linear)
    alignments = table.block("alignments", Double.self, width: 2, if: plan.usesAlignment)
    responses = table.block("responses", Double.self, if: plan.measuresResponse)
    curvatures = table.block("curvatures", Double.self, if: plan.measuresCurvature)
  }
}

extension RunPlan {
  /// `(d+3)²` of the linear control, 0 of another.
  var controlProducts: Int { control == .linear ? (dimensions + 3) * (dimensions + 3) : 0 }
}
