import FeynmanKac

extension TraceTable {
  /// The reports that a table was made from, but for what a clock says, and the steps that the genealogy's slices end with.
  ///
  /// - Throws: `FileError` that names the line.
  static func reports(_ text: String, path: String) throws(FileError) -> (
    reports: [StepReport], slices: [Int]
  ) {
    var slices: [Int] = []
    let reports = try TraceLine.rows(of: text, path: path, needed: columns) { line throws(FileError) in
      let step = try line.count("step")
      if line.figure("genealogy_slice") != nil { slices.append(step) }
      return StepReport(
        step: step, steps: line.steps, time: try line.number("time"),
        noiseLevel: try line.number("noise_level"),
        effectiveSampleSize: try line.number("effective_sample_size"),
        logNormalizerRatio: line.figure("log_normalizer_ratio"),
        scoreResidual: line.figure("score_residual").map { Float($0) },
        scoreResidualError: line.figure("score_residual_standard_error").map { Float($0) },
        resampledIslands: try line.count("resampled"), uniqueAncestors: try line.count("unique_ancestors"),
        controlSlope: try line.number("control_slope"), alignment: line.figure("guidance_alignment"),
        moveAcceptance: line.figure("move_acceptance"), moveSize: line.figure("move_size"), elapsedSeconds: 0,
        particleStepsPerSecond: 0)
    }
    return (reports, slices)
  }
}
