import Foundation

extension RunPlan {
  /// What is likely to go wrong with a run that can be made, in plain words, with what to try.
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
        let remedy = correction == .kernelRatio ? "" : "control: radial or "
        warnings.append(
          "without control the weights' variance is infinite for noise_scale up to \(rounded(needed)); "
            + "use \(remedy)a larger noise_scale")
      }
    } else if correction == .kernelRatio {
      // Annealing N(0, ·) with an exponent from 1 to 2 in 100 steps, the mean is off by 0.43 standard deviations with
      // radial control and by 0.00 without.
      warnings.append(
        "kernel-ratio is of first order and control adds to its error; use control: none")
    }
    if standardErrorMethod == nil {
      warnings.append("log Z will have no standard error; \(NormalizerEstimate.advice)")
    }
    let maximal = noiseScaleMaximum * path.length / Double(steps)
    if maximal > 0.75 {
      warnings.append(
        "steps are long for this path (\(rounded(path.length / Double(steps))) in log v each); "
          + "try at least \(Int(clamping: (noiseScaleMaximum * path.length / 0.5).rounded(.up))) steps")
    }
    return warnings
  }

  var noiseScaleMaximum: Double {
    max(1, (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }.max() ?? 1)
  }

  /// The least steps with which the order of a scheme shows: in the mean half a unit of log v long, shorter by c, and not
  /// longer than the time in which the noise pulls particles back, `2/((1+c²)A)`.
  var bearableSteps: Int {
    let c = noiseScaleMaximum
    let pull = 0.5 * (1 + c * c) * (exponentSums.max() ?? 1)
    return max(8, Int(clamping: (path.length * max(2 * c, pull)).rounded(.up)))
  }

  var noiseScaleMinimum: Double { (0..<steps).map { numbers(ofStep: $0).noiseScale.middle }.min() ?? 0 }

  private func rounded(_ value: Double) -> String { String(format: "%.3g", value) }
}
