extension Sampler {
  /// What the run will do, known before it starts.
  public struct Plan: Sendable {
    /// `d`, the length of a sample.
    public let dimensions: Int
    /// `D`: `d` for vectors, `3(n−1)` for `n` atoms without their centre of mass.
    public let intrinsicDimensions: Int
    /// The start that was asked for, or the one that the models allow.
    public let start: Start
    /// `v` from noise to data, `steps + 1` values; where a pilot is to choose them, only their ends are what they will be.
    public let noiseLevels: [Double]
    /// `t` of the sampler's process at those levels.
    public let times: [Double]
    /// Each model's exponent at those levels, by name.
    public let exponents: [(model: String, values: [Double])]
    /// `v` below which exponents move on a late path; nil where they follow their schedules.
    public let lateLevel: Double?
    /// Whether that is only the highest that it can be, until the fit to the models' scores has told how wide the data is.
    public let lateLevelAwaitsFit: Bool
    /// Whether that fit, before the run, is to tell from where on log densities are carried along the path, which takes evaluations.
    public let awaitsFit: Bool
    /// Rows each model will be asked for, by name; at most, where a guided pair has an alignment threshold, a pilot chooses
    /// the steps, or ``awaitsFit``. Those that a start is fitted to are among them, a pilot's own are not.
    public let modelEvaluations: [(model: String, rows: Int)]
    /// Plain samples of the models before the run; 0 where there are none.
    public let plainSamples: Int
    /// Whether they are to choose the path, from one of the exponents that is late.
    public let awaitsPlainSamples: Bool
    /// Rows of each model that a start is fitted to; 0 where it is another.
    public let startFitEvaluations: Int
    /// The most that the run needs at any time for particles, blocks, threads, random numbers and its result; what models
    /// hold is not in it.
    public let memoryBytes: Int
    /// What of it the result holds.
    public let resultBytes: Int
    /// How many slices of the path the genealogy has: 32 up to 131,072 particles, then fewer, one from 4,194,304 on.
    public let genealogySlices: Int
    /// The bytes of one checkpoint, of which two are kept; about 1 % more or less.
    public let checkpointBytes: Int
    /// The shape of the trajectory that the observer is handed; nil for none.
    public let trajectory: TrajectoryShape?
    /// The islands that are sampled: more than those that were asked for where these learn from others on the way.
    public let sampledIslands: Range<Int>
    /// How many islands have to stay together in one process.
    public let islandUnit: Int
    /// The number of blocks that threads share out.
    public let blockCount: Int
    /// How many threads do so: as many as were given or the process may use, and no more than there are blocks.
    public let threads: Int
    /// The controls among which each step chooses; one unless ``Sampler/control`` is automatic.
    public let controls: [Control]
    /// How many groups of particles learn from each other, each with a control that is fitted to the others; 1 where it is fitted to those that
    /// it moves.
    public let controlGroups: Int
    /// How the standard error of log Z will be found; nil where there will be none.
    public let standardErrorMethod: Estimate.StandardErrorMethod?
    /// What a pilot may take before the run; nil where no setting is left to one.
    public let pilot: PilotBounds?
    /// What is likely to go wrong, with what to try.
    public let warnings: [RunWarning]

    /// How many numbers a trajectory has.
    public struct TrajectoryShape: Sendable, Equatable {
      /// The start, every so many steps, and the end.
      public let rows: Int
      /// Particles of a row.
      public private(set) var slots: Int
      /// `d`.
      public let dimensions: Int
      fileprivate let places: TrajectoryRows
      fileprivate let islandParticles: Int

      /// - Parameter part: The islands that the result is of; nil for all.
      fileprivate init?(_ plan: RunPlan, _ part: Range<Int>?) {
        guard let trajectory = plan.trajectory else { return nil }
        (places, rows, dimensions) = (trajectory, trajectory.count, plan.dimensions)
        islandParticles = plan.islandParticles
        slots = 0
        slots = self.slots(of: part ?? 0..<plan.population.share.total).count
      }

      /// The slots of some of the run's islands, counted among those of a row of all islands.
      package func slots(of islands: Range<Int>) -> Range<Int> {
        let before = places.slots(of: 0..<islands.lowerBound * islandParticles).count
        let own = places.slots(
          of: islands.lowerBound * islandParticles..<islands.upperBound * islandParticles)
        return before..<before + own.count
      }
    }
  }

  /// What a ``Pilot`` takes at most.
  public struct PilotBounds: Sendable {
    /// The number of its particles.
    public let particles: Int
    /// The most steps that it may choose.
    public let steps: Int
    /// Pairs of runs.
    public let rounds: Int
    /// Rows each model is asked for.
    public let modelEvaluations: [(model: String, rows: Int)]
    /// The bytes of its arrays, which are given back before the run begins.
    public let memoryBytes: Int
  }

  /// Checks everything that can be known before sampling.
  ///
  /// - Parameters:
  ///   - particles: The total over all islands; a multiple of `islands`.
  ///   - islands: How many populations share the particles without exchange; from 8 on, their spread gives log Z its
  ///     standard error.
  ///   - part: Those of them that are sampled; nil for all.
  ///   - threads: Nil for all cores that the process may use; only the memory depends on it.
  /// - Throws: `SetupError` with the setting at fault.
  public func plan(particles: Int, islands: Int = 1, part: Range<Int>? = nil, threads: Int? = nil) throws
    -> Plan
  {
    try checkAutomatic()
    try checkExtent(particles: particles, islands: islands)
    var longest = self
    if choosesSteps { longest.steps = steps.counted(Pilot.maximumSteps) }
    let plain = plainPlan(beside: particles)
    let pairParticles = pairParticles(of: particles)
    let share = try part.map { try sampledIslands(for: $0, particles: particles, islands: islands) }
    let plan = try RunPlan(
      longest, particles: particles, islands: islands, share: share,
      role: pairParticles == particles ? .finer : .alone)
    let threads = plan.threads(atMost: Processors.threadCount(threads))
    // A pair goes where the run does, as far as that is known.
    if let ramp = plan.ramp { longest.target.path = .late(below: ramp.level) }
    let pairPlans =
      try pairParticles.map { particles -> [RunPlan] in
        guard plan.population.share.first == 0 || plan.role == .finer else { return [] }
        return try StepDoubling.plans(longest, particles: particles, besides: plan)
      } ?? []
    let pilot = needsPilot ? try pilotBounds(longest, particles: particles, threads: threads) : nil
    let memory = MemoryForecast(plan, threads: threads)
    // At the end a pair has its runs, and weights and samples of both to compare, and beside them the result where the run itself
    // is one of them; else the run has been freed by then.
    let pair = pairPlans.reduce(0) { $0 + MemoryForecast($1, threads: threads).peak }
    let kept = pairPlans.count == 1 ? memory.result : 0
    let compared = pairParticles.map { 2 * $0 * (8 + 4 * plan.dimensions) + kept } ?? 0
    let memoryBytes = memory.peak + pair + compared
    let startFitRows = plan.fitsScores ? FittedStart.draws(particles: particles).reduce(0, +) : 0
    let plainRows = plain.map { plan in
      plan.modelEvaluations.map { $0.rows + NarrowModes.evaluations * plan.particles }
    }
    let plainFitRows =
      plan.fitsScores
      ? 0 : plain.map { $0.fitsScores ? FittedStart.draws(particles: $0.particles).reduce(0, +) : 0 } ?? 0
    let plainMemory = plain.map { MemoryForecast($0, threads: $0.threads(atMost: threads)).peak } ?? 0
    return Plan(
      dimensions: plan.dimensions, intrinsicDimensions: plan.intrinsicDimensions, start: plan.start,
      noiseLevels: plan.path.levels, times: plan.path.times,
      exponents: plan.terms.map { ($0.name, $0.exponents) }, lateLevel: plan.ramp?.level,
      lateLevelAwaitsFit: plan.ramp?.isProvisional ?? false, awaitsFit: plan.awaitsFit,
      modelEvaluations: plan.modelEvaluations.enumerated().map { index, own in
        let beside = startFitRows + (plainRows?[index] ?? 0) + plainFitRows + FarScores.rows(plan)
        return (own.model, pairPlans.reduce(own.rows + beside) { $0 + $1.modelEvaluations[index].rows })
      }, plainSamples: plain?.particles ?? 0, awaitsPlainSamples: plan.ramp?.awaitsSpread ?? false,
      startFitEvaluations: startFitRows,
      memoryBytes: max(memoryBytes, pilot?.memoryBytes ?? 0, plainMemory), resultBytes: memory.result,
      genealogySlices: plan.genealogySlices.count,
      checkpointBytes: pairPlans.reduce(memory.state) { $0 + MemoryForecast($1, threads: threads).state },
      trajectory: Plan.TrajectoryShape(plan, part), sampledIslands: plan.population.share.islands,
      islandUnit: plan.islandUnit, blockCount: plan.blockCount, threads: threads,
      controls: plan.controls, controlGroups: plan.foldGroups.reduce(1) { max($0, $1.count) },
      standardErrorMethod: plan.population.standardErrorMethod, pilot: pilot, warnings: plan.warnings)
  }

  /// - Parameter known: The sampler with the path that is known before the run.
  private func pilotBounds(_ known: Sampler, particles: Int, threads: Int) throws -> PilotBounds {
    let count = min(Pilot.particles, particles)
    var longest = known
    longest.plainSamples = .none
    switch steps {
    case .levels: break
    case .count(let given, _): longest.steps = steps.counted(min(given, Pilot.maximumRoundSteps))
    case .automatic: longest.steps = steps.counted(Pilot.maximumRoundSteps)
    }
    let fine = try RunPlan(longest, particles: count, islands: 1, role: .finer)
    let coarse = try StepDoubling.coarserPlan(self, of: fine)
    let threads = fine.threads(atMost: threads)
    let scales = noiseScale == .automatic ? Pilot.noiseScales.count : 1
    let rounds = scales * (choosesSteps || choosesGrid ? Pilot.maximumRounds : 1)
    return PilotBounds(
      particles: count, steps: fine.steps, rounds: rounds,
      modelEvaluations: zip(fine.modelEvaluations, coarse.modelEvaluations).map {
        ($0.model, rounds * ($0.rows + $1.rows))
      },
      memoryBytes: MemoryForecast(fine, threads: threads).peak + MemoryForecast(coarse, threads: threads).peak
    )
  }
}
