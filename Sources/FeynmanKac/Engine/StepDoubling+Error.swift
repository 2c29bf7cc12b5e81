import Foundation

extension StepDoubling {
  /// What the two runs say together at their end; nil where the coarser one failed.
  ///
  /// - Parameter monteCarloError: The standard error of the run's log Z, where it has one.
  func error(monteCarloError: Double?) -> StepSizeError? {
    guard failure == nil else { return nil }
    let plan = fine.diffusionPlan
    let d = plan.dimensions
    let weights = (
      fine: fine.normalizedLogWeights.map { exp($0) }, coarse: coarse.normalizedLogWeights.map { exp($0) }
    )
    let samples = (
      fine: fine.samples(at: plan.steps, denoised: true),
      coarse: coarse.samples(at: coarse.plan.steps, denoised: true)
    )
    let groups = fine.influenceGroups
    let difference =
      IslandMerge(logNormalizers: coarse.islandLogNormalizers).logNormalizer
      - IslandMerge(logNormalizers: fine.islandLogNormalizers).logNormalizer
    return StepSizeError(
      logNormalizer: StepSizeError.Figure(
        value: difference / divisor,
        standardError: groups?.standardError { (weights.coarse[$0] - weights.fine[$0]) / divisor },
        monteCarloError: monteCarloError),
      mean: (0..<d).map { j in
        let fine = WeightedColumn(weights: weights.fine, samples: samples.fine, column: j, stride: d)
        let coarse = WeightedColumn(weights: weights.coarse, samples: samples.coarse, column: j, stride: d)
        return StepSizeError.Figure(
          value: (coarse.mean - fine.mean) / divisor,
          standardError: groups?.standardError { (coarse.influence($0) - fine.influence($0)) / divisor },
          monteCarloError: groups?.standardError { fine.influence($0) })
      }, order: plan.scheme.order, steps: coarse.plan.steps)
  }
}

/// One coordinate of weighted samples.
private struct WeightedColumn {
  let weights: [Double]
  let samples: [Float]
  let column: Int
  let stride: Int
  let mean: Double

  init(weights: [Double], samples: [Float], column: Int, stride: Int) {
    self.weights = weights
    self.samples = samples
    self.column = column
    self.stride = stride
    mean = weights.indices.reduce(0) { $0 + weights[$1] * Double(samples[$1 * stride + column]) }
  }

  /// What a particle moves the mean by.
  func influence(_ particle: Int) -> Double {
    weights[particle] * (Double(samples[particle * stride + column]) - mean)
  }
}
