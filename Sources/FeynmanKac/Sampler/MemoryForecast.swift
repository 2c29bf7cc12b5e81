/// Bytes that a run will need, known before it starts.
struct MemoryForecast {
  /// While it samples, and while it makes its result, whichever is more.
  let peak: Int
  /// The bytes of the result, which the caller keeps.
  let result: Int
  /// What a checkpoint writes of particles, at most.
  let state: Int

  /// - Parameter threads: As many as the run will have.
  init(_ plan: RunPlan, threads: Int) {
    let memory = PopulationMemory(
      plan.population, pool: WorkerPool(threads: threads), in: Arena(countingOnly: true))
    // Counted in the same arena.
    _ = DiffusionMemory(plan, memory, threads: threads)
    let particles = plan.particles
    let trace = (plan.steps + 1) * MemoryLayout<StepReport>.stride
    // What the plan itself holds, with the copies of its terms that each thread makes, and of what is made anew of islands.
    let perStep = RunPlan.bytesPerStep(terms: plan.terms.count)
    let copies = threads * plan.terms.count * (MemoryLayout<NoisePoint>.stride + MemoryLayout<Double>.stride)
    let planned =
      (plan.steps + 1) * (perStep - MemoryLayout<StepReport>.stride + copies)
      + plan.islands
      * (2
        * (MemoryLayout<IslandState>.stride + MemoryLayout<DiffusionIsland>.stride
          + MemoryLayout<FoldStep>.stride) + 128)
      + plan.blockCount * (MemoryLayout<Block>.stride + MemoryLayout<(any Error)?>.stride)
    let genealogy = 4 * plan.genealogySlices.count * particles
    let samples = 4 * plan.dimensions * particles
    result = samples + 16 * particles + genealogy + trace
    let streams = RandomStreams.bytes(of: plan.generator, count: plan.islands * (plan.blocksPerIsland + 1))
    let workspace =
      plan.population.chunkedResampler == nil
      ? plan.resampling.resampler.workspaceBytesPerParticle * plan.islandParticles * memory.resampling.count
      : 0
    // States and a row's log-weights, parents and slots.
    let row = plan.trajectory.map { $0.slotCount * (4 * plan.dimensions + 24) } ?? 0
    let recorded = 4 * plan.genealogySlices.keptCount * particles
    state = memory.population.table.stateBytes + recorded + trace
    let running = memory.arena.bytes + memory.arena.overhead + workspace + row
    // What `ParticleRun.releaseWorkingMemory` leaves, and beside it first an island's weights and families' shares, then
    // the samples, then the rest.
    let kept = memory.population.table.bytes(of: plan.resultColumns) + recorded
    let ending = kept + max(16 * plan.islandParticles, samples)
    // Ancestors' weights and the same sorted, once the result is made.
    peak = max(running, ending, result + 16 * particles) + streams + trace + planned
  }
}
