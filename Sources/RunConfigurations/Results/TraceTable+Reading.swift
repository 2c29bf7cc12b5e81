import FeynmanKac

extension TraceTable {
  /// The reports that a table was made from, but for what a clock says, and the steps that the genealogy's slices end with.
  ///
  /// - Throws: `FileError` that names the line.
  static func reports(_ text: String, path: String) throws(FileError) -> (
    reports: [StepReport], slices: [Int]
  ) {
    let lines = text.split(separator: "\n")
    guard let header = lines.first else { throw FileError(.malformed, path, "is empty") }
    let names = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    var reports: [StepReport] = []
    var slices: [Int] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == names.count else {
        throw FileError(
          .malformed, "\(path):\(index + 1)", "has \(cells.count) cells, the first line \(names.count)")
      }
      func number(_ name: String) -> Double? { names.firstIndex(of: name).flatMap { Double(cells[$0]) } }
      func needed(_ name: String) throws(FileError) -> Double {
        guard let number = number(name), number.isFinite else {
          throw FileError(.malformed, "\(path):\(index + 1)", "has no number in '\(name)'")
        }
        return number
      }
      let step = reports.count
      guard try needed("step") == Double(step) else {
        throw FileError(.malformed, "\(path):\(index + 1)", "is not that of step \(step)")
      }
      if number("genealogy_slice") != nil { slices.append(step) }
      reports.append(
        StepReport(
          step: step, steps: lines.count - 2, time: try needed("time"), noiseLevel: try needed("noise_level"),
          effectiveSampleSize: try needed("effective_sample_size"),
          logNormalizerRatio: number("log_normalizer_ratio"),
          scoreResidual: number("score_residual").map { Float($0) },
          scoreResidualError: number("score_residual_standard_error").map { Float($0) },
          resampledIslands: Int(clamping: try needed("resampled")),
          uniqueAncestors: Int(clamping: try needed("unique_ancestors")),
          controlSlope: try needed("control_slope"),
          alignment: number("guidance_alignment"), moveAcceptance: number("move_acceptance"),
          moveSize: number("move_size"), elapsedSeconds: 0, particleStepsPerSecond: 0))
    }
    return (reports, slices)
  }
}
