import FeynmanKac

/// A run's steps as a table, without anything that a clock says.
enum TraceTable {
  static let columns = [
    "step", "time", "effective_sample_size", "log_normalizer_ratio", "resampled", "unique_ancestors",
    "noise_level", "control_slope", "guidance_alignment", "genealogy_slice",
    "score_residual", "score_residual_standard_error",
  ]
  private static let moveColumns = ["move_size", "move_acceptance"]

  /// `genealogy_slice` is the row of `genealogy.npy` that ends with this step, and empty for most steps.
  static func csv(_ trace: [StepReport], genealogySteps: [Int]) -> String {
    // Runs without moves have the table that they always had.
    let hasMoves = trace.contains { $0.moveSize != nil }
    let columns = columns + (hasMoves ? moveColumns : [])
    let slices = Dictionary(uniqueKeysWithValues: genealogySteps.enumerated().map { ($1, $0) })
    var text = columns.joined(separator: ",") + "\n"
    for row in trace {
      text += "\(row.step),\(row.time),\(row.effectiveSampleSize),"
      text += "\(row.logNormalizerRatio.map { "\($0)" } ?? ""),\(row.resampledIslands),"
      text += "\(row.uniqueAncestors),\(row.noiseLevel),\(row.controlSlope),"
      text += "\(row.alignment.map { "\($0)" } ?? ""),\(slices[row.step].map { "\($0)" } ?? ""),"
      text += "\(row.scoreResidual.map { "\($0)" } ?? ""),\(row.scoreResidualError.map { "\($0)" } ?? "")"
      if hasMoves {
        text += ",\(row.moveSize.map { "\($0)" } ?? ""),\(row.moveAcceptance.map { "\($0)" } ?? "")"
      }
      text += "\n"
    }
    return text
  }
}
