import FeynmanKac
import Libc
import RunConfigurations

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
    try TraceLine.rows(of: text, path: path, needed: columns, TraceRow.init)
  }

  private init(_ line: TraceLine) throws(FileError) {
    step = try line.count("step")
    noiseLevel = try line.number("noise_level")
    effectiveSampleSize = try line.number("effective_sample_size")
    logNormalizerRatio =
      line.figure("log_normalizer_ratio") == nil ? nil : try line.number("log_normalizer_ratio")
    resampledIslands = try line.count("resampled")
    uniqueAncestors = try line.count("unique_ancestors")
    controlSlope = try line.number("control_slope")
    slice = line.figure(Self.sliceColumn) == nil ? nil : try line.count(Self.sliceColumn)
    let names = Self.residualColumns
    let hasResidual = line.figure(names.value) != nil && line.figure(names.error) != nil
    scoreResidual = hasResidual ? (try line.number(names.value), try line.number(names.error)) : nil
    guard noiseLevel > 0 else {
      throw line.problem("noise_level is \(noiseLevel); noise levels are above 0")
    }
  }
}
