import Foundation

extension Sampler {
  /// What the run will do, known before it starts.
  public struct Plan: Sendable {
    public let dimensions: Int
    public let intrinsicDimensions: Int
    public let start: Start
    /// `v` from noise to data, `steps + 1` values.
    public let noiseLevels: [Double]
    /// `t` of the sampler's process at those levels.
    public let times: [Double]
    /// Rows each model will be asked for, by name.
    public let modelEvaluations: [(model: String, rows: Int)]
    /// Of the arrays that grow with particles, blocks and threads, and of the result.
    public let memoryBytes: Int
    public let blockCount: Int
    /// How the standard error of log Z will be found; nil where there will be none.
    public let standardErrorMethod: Estimate.StandardErrorMethod?
    /// In plain words, with what to try.
    public let warnings: [String]
  }

  /// Checks everything that can be known before sampling.
  ///
  /// - Throws: `SetupError` with the setting at fault.
  public func plan(particles: Int, islands: Int = 1, threads: Int? = nil) throws -> Plan {
    let plan = try RunPlan(self, particles: particles, islands: islands)
    let threads = Self.threadCount(threads)
    return Plan(
      dimensions: plan.dimensions, intrinsicDimensions: plan.intrinsicDimensions, start: plan.start,
      noiseLevels: plan.path.levels, times: plan.path.times, modelEvaluations: plan.modelEvaluations,
      memoryBytes: RunMemory.bytes(of: plan, threads: threads), blockCount: plan.blockCount,
      standardErrorMethod: plan.standardErrorMethod, warnings: plan.warnings)
  }

  static func threadCount(_ wanted: Int?) -> Int {
    max(1, wanted ?? ProcessInfo.processInfo.activeProcessorCount)
  }
}

extension RunPlan {
  /// Rows each model is asked for: once at the start and once a step, twice with Heun's predictor.
  var modelEvaluations: [(model: String, rows: Int)] {
    let perParticle = 1 + steps * (scheme == .heun ? 2 : 1)
    return terms.map { ($0.name, perParticle * particles) }
  }

  var standardErrorMethod: Estimate.StandardErrorMethod? {
    guard carriesWeights else { return nil }
    if islands >= NormalizerEstimate.islandsForSpread { return .islandSpread }
    let threshold = resampling.threshold
    return threshold == 0 || (threshold < 1 && resampling.resampler.supportsLeeWhiteley) ? .leeWhiteley : nil
  }

  var warnings: [String] {
    var warnings: [String] = []
    guard carriesWeights else {
      return exponentSums.contains { $0 != 1 } || terms.count > 1 || reward != nil
        ? ["correction: none samples the composed scores, which is not the target; use feynman-kac"] : []
    }
    if control == .none {
      // Without control the pure-noise part of the weights has infinite variance below this noise scale.
      let needed = exponentSums.map { $0 > 1 ? (2 * ($0 - 1) / $0).squareRoot() : 0 }.max() ?? 0
      let smallest = (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }.min() ?? 0
      if needed > 0, smallest <= needed * (1 + 1e-12) {
        warnings.append(
          "without control the weights' variance is infinite for noise_scale up to \(rounded(needed)); "
            + "use control: radial or a larger noise_scale")
      }
    }
    if standardErrorMethod == nil {
      warnings.append("log Z will have no standard error; \(NormalizerEstimate.advice)")
    }
    let maximal = noiseScaleMaximum * path.length / Double(steps)
    if maximal > 0.75 {
      warnings.append(
        "steps are long for this path (\(rounded(path.length / Double(steps))) in log v each); "
          + "try at least \(Int((noiseScaleMaximum * path.length / 0.5).rounded(.up))) steps")
    }
    return warnings
  }

  private var noiseScaleMaximum: Double {
    max(1, (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }.max() ?? 1)
  }

  private func rounded(_ value: Double) -> String { String(format: "%.3g", value) }
}
