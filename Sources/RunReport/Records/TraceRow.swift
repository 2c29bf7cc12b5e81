import FeynmanKac
import Foundation

/// One step of a run, as `trace.csv` has it.
struct TraceRow {
  let step: Int
  let noiseLevel: Double
  let effectiveSampleSize: Double
  /// The log normalizer since the start, in nats; nil where weights are not carried.
  let logNormalizerRatio: Double?
  let resampledIslands: Int
  let uniqueAncestors: Int
  let controlSlope: Double
  /// The residual of Stein's identity with its standard error; nil where there is none, and in folders of older versions.
  let scoreResidual: (value: Double, standardError: Double)?
  /// The row of `genealogy.npy` that ends here.
  let slice: Int?

  /// The base-10 logarithm of the noise level, which figures run along.
  var position: Double { log10(noiseLevel) }

  private static let columns = [
    "step", "noise_level", "effective_sample_size", "log_normalizer_ratio", "resampled", "unique_ancestors",
    "control_slope",
  ]
  private static let sliceColumn = "genealogy_slice"
  private static let residualColumns = (value: "score_residual", error: "score_residual_standard_error")

  /// - Throws: `FileError` that names the line and the column.
  static func rows(of text: String, path: String) throws(FileError) -> [TraceRow] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    guard let header = lines.first else { throw FileError(.malformed, path, "is empty") }
    let names = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for column in columns where !names.contains(column) {
      throw FileError(.malformed, "\(path):1", "has no column '\(column)'; fkc run writes it")
    }
    var rows: [TraceRow] = []
    rows.reserveCapacity(lines.count)
    for (index, line) in lines.enumerated().dropFirst() {
      let cells = Cells(
        names: names, values: line.split(separator: ",", omittingEmptySubsequences: false),
        place: "\(path):\(index + 1)")
      let row = try TraceRow(cells)
      guard row.step == rows.count else {
        throw FileError(.malformed, cells.place, "step is \(row.step); here stands step \(rows.count)")
      }
      rows.append(row)
    }
    return rows
  }

  private init(_ cells: Cells) throws(FileError) {
    guard cells.values.count == cells.names.count else {
      throw FileError(
        .malformed, cells.place, "has \(cells.values.count) cells, the first line \(cells.names.count)")
    }
    step = try cells.count("step")
    noiseLevel = try cells.number("noise_level")
    effectiveSampleSize = try cells.number("effective_sample_size")
    logNormalizerRatio =
      cells.text("log_normalizer_ratio").isEmpty ? nil : try cells.number("log_normalizer_ratio")
    resampledIslands = try cells.count("resampled")
    uniqueAncestors = try cells.count("unique_ancestors")
    controlSlope = try cells.number("control_slope")
    let hasSlice = cells.names.contains(Self.sliceColumn) && !cells.text(Self.sliceColumn).isEmpty
    slice = hasSlice ? try cells.count(Self.sliceColumn) : nil
    let names = Self.residualColumns
    let hasResidual = [names.value, names.error].allSatisfy {
      cells.names.contains($0) && !cells.text($0).isEmpty
    }
    scoreResidual = hasResidual ? (try cells.number(names.value), try cells.number(names.error)) : nil
    guard noiseLevel > 0 else {
      throw FileError(.malformed, cells.place, "noise_level is \(noiseLevel); noise levels are above 0")
    }
  }

  /// One line by the names of its columns.
  private struct Cells {
    let names: [String]
    let values: [Substring]
    let place: String

    func text(_ name: String) -> Substring { values[names.firstIndex(of: name)!] }

    func number(_ name: String) throws(FileError) -> Double {
      guard let number = Double(text(name)), number.isFinite else {
        throw FileError(.malformed, place, "\(name) is '\(text(name).prefix(40))'; give a number")
      }
      return number
    }

    func count(_ name: String) throws(FileError) -> Int {
      guard let count = Int(text(name)), count >= 0 else {
        throw FileError(.malformed, place, "\(name) is '\(text(name).prefix(40))'; give a whole number")
      }
      return count
    }
  }
}
