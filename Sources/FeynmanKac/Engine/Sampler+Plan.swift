import Foundation

extension Sampler {
  /// What the run will do, known before it starts.
  public struct Plan: Sendable {
    /// `d`, the length of a sample.
    public let dimensions: Int
    /// `D`: `d` for vectors, `3(n−1)` for `n` atoms without their centre of mass.
    public let intrinsicDimensions: Int
    /// The start that was asked for, or the one that the models allow.
    public let start: Start
    /// `v` from noise to data, `steps + 1` values.
    public let noiseLevels: [Double]
    /// `t` of the sampler's process at those levels.
    public let times: [Double]
    /// Rows each model will be asked for, by name; at most, where a guided pair has an alignment threshold.
    public let modelEvaluations: [(model: String, rows: Int)]
    /// The most that the run needs at any time for particles, blocks, threads, random numbers and its result; what models
    /// hold is not in it.
    public let memoryBytes: Int
    /// What of it the result holds.
    public let resultBytes: Int
    /// How many slices of the path the genealogy has: 32 up to 131,072 particles, then fewer, one from 4,194,304 on.
    public let genealogySlices: Int
    /// Of the trajectory that the observer is handed; nil for none.
    public let trajectory: TrajectoryShape?
    /// The number of blocks that threads share out.
    public let blockCount: Int
    /// How the standard error of log Z will be found; nil where there will be none.
    public let standardErrorMethod: Estimate.StandardErrorMethod?
    /// In plain words, with what to try.
    public let warnings: [String]

    /// How many numbers a trajectory has.
    public struct TrajectoryShape: Sendable, Equatable {
      /// The start, every so many steps, and the end.
      public let rows: Int
      /// Particles of a row.
      public let slots: Int
      /// `d`.
      public let dimensions: Int
    }
  }

  /// Checks everything that can be known before sampling.
  ///
  /// - Parameters:
  ///   - particles: The total over all islands; a multiple of `islands`.
  ///   - islands: How many populations share the particles without exchange; from 8 on, their spread gives log Z its
  ///     standard error.
  ///   - threads: Nil for all cores; only the memory depends on it.
  /// - Throws: `SetupError` with the setting at fault.
  public func plan(particles: Int, islands: Int = 1, threads: Int? = nil) throws -> Plan {
    let plan = try RunPlan(self, particles: particles, islands: islands)
    let memory = MemoryForecast(plan, threads: Self.threadCount(threads))
    return Plan(
      dimensions: plan.dimensions, intrinsicDimensions: plan.intrinsicDimensions, start: plan.start,
      noiseLevels: plan.path.levels, times: plan.path.times, modelEvaluations: plan.modelEvaluations,
      memoryBytes: memory.peak, resultBytes: memory.result, genealogySlices: plan.genealogySlices.count,
      trajectory: plan.trajectory.map {
        Plan.TrajectoryShape(rows: $0.count, slots: $0.slotCount, dimensions: plan.dimensions)
      }, blockCount: plan.blockCount,
      standardErrorMethod: plan.standardErrorMethod, warnings: plan.warnings)
  }

  static func threadCount(_ wanted: Int?) -> Int {
    max(1, wanted ?? ProcessInfo.processInfo.activeProcessorCount)
  }
}

extension RunPlan {
  var standardErrorMethod: Estimate.StandardErrorMethod? {
    guard carriesWeights else { return nil }
    if islands >= NormalizerEstimate.islandsForSpread { return .islandSpread }
    let threshold = resampling.threshold
    return threshold == 0 || (threshold < 1 && resampling.resampler.supportsLeeWhiteley) ? .leeWhiteley : nil
  }
}
