/// All memory of a run, laid out once: to be counted beforehand or to be used.
struct RunMemory {
  let arena: Arena
  let state: ParticleState
  let scratch: [BlockScratch]
  let resampling: [ResamplingScratch]
  let blockMoments: UnsafeMutablePointer<Double>
  let blockProducts: UnsafeMutablePointer<Double>?
  /// The parents of the genealogy's slices that are done, `[slices, N]`.
  let genealogy: UnsafeMutablePointer<Int32>
  /// Of each block's cosines between the guided branches, the sum and that of the squares.
  let blockAlignments: UnsafeMutablePointer<(first: Double, second: Double)>?
  /// `Σ ⟨z, ȳ − y⟩` of each block, as `PointResponse` adds it up.
  let blockResponses: UnsafeMutablePointer<Double>?
  /// `Σ |Δ∇r|²` of each block in a step, as `measureCurvature` adds it up.
  let blockCurvatures: UnsafeMutablePointer<Double>?
  let islands: [IslandState]

  init(_ plan: RunPlan, pool: WorkerPool, in arena: Arena) {
    self.arena = arena
    let isLinear = plan.control == .linear
    let productSize = isLinear ? (plan.dimensions + 3) * (plan.dimensions + 3) : 0
    state = ParticleState(plan, in: arena)
    scratch = (0..<pool.threads).map { _ in BlockScratch(plan, in: arena) }
    let oneEach = plan.islands >= pool.threads
    resampling = (0..<(oneEach ? pool.threads : 1)).map { _ in
      ResamplingScratch(
        plan, pool: oneEach ? WorkerPool(threads: 1) : pool, productSize: productSize, in: arena)
    }
    blockMoments = arena.allocate(Double.self, WeightMoments.sumCount * plan.blockCount)
    blockProducts = arena.allocate(Double.self, productSize * plan.blockCount, if: isLinear)
    genealogy = arena.allocate(Int32.self, plan.genealogySlices.keptCount * plan.particles)
    blockAlignments = arena.allocate(
      (first: Double, second: Double).self, plan.blockCount, if: plan.usesAlignment)
    blockResponses = arena.allocate(Double.self, plan.blockCount, if: plan.measuresResponse)
    blockCurvatures = arena.allocate(Double.self, plan.blockCount, if: plan.measuresCurvature)
    islands = (0..<plan.islands).map { _ in
      IslandState(
        logNormalizer: 0, uniqueAncestors: plan.islandParticles,
        control: ControlFit(offset: arena.allocate(Double.self, plan.dimensions, if: isLinear)),
        offsets: arena.allocate(Float.self, plan.dimensions, if: isLinear),
        reversalOffsets: arena.allocate(Float.self, plan.dimensions, if: isLinear && plan.usesKernels))
    }
  }
}
