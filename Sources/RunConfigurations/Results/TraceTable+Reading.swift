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
    for column in columns where !names.contains(column) {
      throw FileError(.malformed, "\(path):1", "has no column '\(column)'; fkc run writes it")
    }
    var reports: [StepReport] = []
    var slices: [Int] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == names.count else {
        throw FileError(
          .malformed, "\(path):\(index + 1)", "has \(cells.count) cells, the first line \(names.count)")
      }
      let place = "\(path):\(index + 1)"
      func number(_ name: String) throws(FileError) -> Double? {
        guard let column = names.firstIndex(of: name), !cells[column].isEmpty else { return nil }
        guard let number = Double(cells[column]) else {
          throw FileError(.malformed, place, "has no number in '\(name)'")
        }
        return number
      }
      func needed(_ name: String) throws(FileError) -> Double {
        guard let number = try number(name), number.isFinite else {
          throw FileError(.malformed, place, "has no number in '\(name)'")
        }
        return number
      }
      let step = reports.count
      guard try needed("step") == Double(step) else {
        throw FileError(.malformed, place, "is not that of step \(step)")
      }
      if try number("genealogy_slice") != nil { slices.append(step) }
      reports.append(
        StepReport(
          step: step, steps: lines.count - 2, time: try needed("time"), noiseLevel: try needed("noise_level"),
          effectiveSampleSize: try needed("effective_sample_size"),
          logNormalizerRatio: try number("log_normalizer_ratio"),
          scoreResidual: try number("score_residual").map { Float($0) },
          scoreResidualError: try number("score_residual_standard_error").map { Float($0) },
          resampledIslands: Int(clamping: try needed("resampled")),
          uniqueAncestors: Int(clamping: try needed("unique_ancestors")),
          controlSlope: try needed("control_slope"),
          alignment: try number("guidance_alignment"), moveAcceptance: try number("move_acceptance"),
          moveSize: try number("move_size"), elapsedSeconds: 0, particleStepsPerSecond: 0))
    }
    return (reports, slices)
  }
}
