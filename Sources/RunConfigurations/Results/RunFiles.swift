import FeynmanKac

/// The files of a run, read or about to be written, but for its trajectory.
package struct RunFiles {
  package let summary: String
  package let trace: String
  package let config: String
  /// `[N, d]`.
  package let samples: NPYArray<Float>
  /// `[N]`, normalised.
  package let logWeights: NPYArray<Double>
  /// `[N]`.
  package let ancestors: NPYArray<Int64>
  /// `[slices, N]`; nil for runs of older versions.
  package let genealogy: NPYArray<Int32>?

  package init(
    summary: String, trace: String, config: String, samples: NPYArray<Float>, logWeights: NPYArray<Double>,
    ancestors: NPYArray<Int64>, genealogy: NPYArray<Int32>?
  ) {
    self.summary = summary
    self.trace = trace
    self.config = config
    self.samples = samples
    self.logWeights = logWeights
    self.ancestors = ancestors
    self.genealogy = genealogy
  }
}

extension RunFiles {
  /// The files of a run that just ended.
  init(_ result: RunResult, of configuration: RunConfiguration, plan: Sampler.Plan) {
    let count = result.particles
    let d = result.dimensions
    trace = TraceTable.csv(result.trace, genealogySteps: result.genealogy.steps)
    config = SettingText.yaml(configuration.resolved(start: plan.start))
    let genealogy: Genealogy
    if configuration.drawsSamples {
      let picks = result.resampledIndices(count, seed: configuration.seed)
      var drawn: [Float] = []
      drawn.reserveCapacity(count * d)
      for pick in picks { drawn.append(contentsOf: result.samples[pick * d..<(pick + 1) * d]) }
      samples = NPYArray(shape: [count, d], values: drawn)
      logWeights = NPYArray(
        shape: [count], values: Array(repeating: -RunSummary.logarithm(count), count: count))
      ancestors = NPYArray(shape: [count], values: picks.map { result.ancestors[$0] })
      genealogy = result.genealogy.picking(picks)
    } else {
      samples = NPYArray(shape: [count, d], values: result.samples)
      logWeights = NPYArray(shape: [count], values: result.logWeights)
      ancestors = NPYArray(shape: [count], values: result.ancestors)
      genealogy = result.genealogy
    }
    self.genealogy =
      configuration.keepsGenealogy
      ? NPYArray(shape: [genealogy.slices, genealogy.particles], values: genealogy.parents) : nil
    // Last, so that the memory of it says what all of these took.
    summary =
      RunSummary.json(result, of: configuration, plan: plan, ancestors: ancestors.values).encoded() + "\n"
  }
}
