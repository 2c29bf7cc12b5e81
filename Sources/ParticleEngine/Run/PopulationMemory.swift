/// The engine's memory of a run, laid out once: to be counted beforehand or to be used.
package struct PopulationMemory {
  package let arena: Arena
  package let population: Population
  /// One for each island that is settled at the same time.
  package let resampling: [ResamplingScratch]
  /// `WeightMoments.sumCount` sums for each block.
  package let moments: BlockColumn<Double>
  /// The parents of the genealogy's slices that are done, `[slices][N]`.
  package let genealogy: [Column<Int32>]

  package init(_ plan: PopulationPlan, pool: WorkerPool, in arena: Arena) {
    self.arena = arena
    population = Population(plan, plan.table(in: arena), threads: pool.threads)
    let oneEach = plan.islands >= pool.threads
    resampling = (0..<(oneEach ? pool.threads : 1)).map { _ in
      ResamplingScratch(plan, pool: oneEach ? WorkerPool(threads: 1) : pool, in: arena)
    }
    let recorded = plan.table(in: arena)
    moments = recorded.block("moments", Double.self, width: WeightMoments.sumCount)
    genealogy = (0..<plan.genealogySlices.keptCount).map {
      recorded.particle("parents of slice \($0)", Int32.self)
    }
  }
}
