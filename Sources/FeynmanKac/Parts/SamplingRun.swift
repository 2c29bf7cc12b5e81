/// A diffusion's particles on their way.
typealias SamplingRun = ParticleRun<Diffusion>

extension SamplingRun {
  /// A run with its memory, before its first particle.
  ///
  /// - Parameters:
  ///   - start: What was fitted to the models' scores; nil where the plan has another start.
  ///   - threads: At most as many as there are blocks are used.
  ///   - givenNormals: In place of the streams', for the coarser of two coupled runs.
  ///   - isCancelled: Asked now and then by the thread that calls; once true, a pass ends with `RunError.cancelled`.
  ///   - ranks: The processes that share the run; nil where there is one.
  /// - Throws: `ResourceError` where the system refuses memory or a thread.
  convenience init(
    _ plan: RunPlan, streams: RandomStreams, start: FittedStart?, threads: Int,
    givenNormals: Column<Float>? = nil,
    isCancelled: (() -> Bool)? = nil, ranks: (any RankGroup)? = nil
  ) throws {
    let pool = WorkerPool(threads: plan.threads(atMost: threads))
    let memory = PopulationMemory(plan.population, pool: pool, in: Arena())
    let diffusion = Diffusion(
      plan, DiffusionMemory(plan, memory, threads: pool.threads), streams: streams, start: start,
      givenNormals: givenNormals, ranks: ranks)
    try self.init(
      plan.population, diffusion, memory, pool: pool, streams: streams, isCancelled: isCancelled, ranks: ranks
    )
  }
}

// MARK: - What a run in progress has to show

extension SamplingRun {
  var diffusionPlan: RunPlan { model.plan }

  /// Frees all that the result does not need.
  func releaseWorkingMemory() {
    release(allBut: diffusionPlan.resultColumns)
  }

  /// The row of the trajectory that is due after a step.
  func recordTrajectory(at step: Int) -> TrajectoryRow? {
    recordTrajectory(at: step) { slots in
      let signal = diffusionPlan.path.signals[step]
      let d = diffusionPlan.dimensions
      var states: [Float] = []
      states.reserveCapacity(slots.count * d)
      let rows = model.state.states.all
      for slot in slots {
        for j in 0..<d { states.append(Float(signal * Double(rows[slot * d + j]))) }
      }
      return states
    }
  }

  /// `x = α y`, with the remaining noise half taken out where asked.
  func samples(at step: Int, denoised: Bool) -> [Float] {
    let signal = diffusionPlan.path.signals[step]
    // ½(ȳ − y) = ½ (v/A) S
    let pull =
      denoised && diffusionPlan.denoising == .half
      ? 0.5 * diffusionPlan.path.levels[step] / diffusionPlan.exponentSums[step] : 0
    return [Float](onLargePages: plan.particles * diffusionPlan.dimensions) { samples in
      let states = model.state.states.all
      if pull == 0 {
        for index in samples.indices { samples[index] = Float(signal * Double(states[index])) }
      } else {
        let scores = model.state.scores.all
        for index in samples.indices {
          samples[index] = Float(signal * (Double(states[index]) + pull * Double(scores[index])))
        }
      }
    }
  }

  func snapshot(at step: Int) -> ParticleSnapshot {
    ParticleSnapshot(samples: samples(at: step, denoised: false), logWeights: normalizedLogWeights)
  }
}

extension RunPlan {
  /// The particles' columns that the result is made from.
  var resultColumns: Set<String> {
    let kept: Set<String> = ["states", "ancestors", "log-weights"]
    return denoising == .half ? kept.union(["scores"]) : kept
  }
}
