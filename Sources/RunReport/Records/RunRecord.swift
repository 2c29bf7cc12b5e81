import FeynmanKac
import Foundation
import RunConfigurations

/// All that a report shows of one run, checked: its files agree with each other.
package struct RunRecord {
  /// The name of its folder.
  let name: String
  let figures: RunFigures
  /// `steps + 1` rows.
  let trace: [TraceRow]
  /// The resolved config, as text and as a tree.
  let config: String
  let settings: ConfigurationNode
  /// `[N, d]`.
  let samples: [Float]
  /// `[N]`, normalised.
  let weights: [Double]
  let logWeights: [Double]
  /// Who descends from whom; nil for runs of older versions.
  let genealogy: Genealogy?
  var extras = RunExtras()

  /// - Parameters:
  ///   - folder: For the record's name and its errors.
  ///   - files: What the folder holds.
  /// - Throws: `FileError` that names the file that is damaged or does not belong to the others; `ConfigurationFaults`.
  package init(folder: String, _ files: RunFiles) throws {
    name = Self.name(ofFolder: folder)
    figures = try RunFigures(SummaryReader(files.summary, path: folder + "/summary.json"))
    trace = try TraceRow.rows(of: files.trace, path: folder + "/trace.csv")
    config = files.config
    settings = try ConfigurationReader.read(files.config, file: folder + "/config.yaml")
    samples = files.samples.values
    logWeights = files.logWeights.values
    try Self.check(folder, files, figures, traceRows: trace.count)
    try Self.check(figures, path: folder + "/summary.json")
    try Self.check(trace, figures, path: folder + "/trace.csv")
    let highest = logWeights.max()!
    let relative = logWeights.map { exp($0 - highest) }
    let sum = relative.reduce(0, +)
    weights = relative.map { $0 / sum }
    let steps = trace.filter { $0.slice != nil }.map(\.step)
    genealogy = try Self.genealogy(folder, files, figures, steps: steps)
  }

  var particles: Int { figures.particles }
  var dimensions: Int { figures.dimensions }

  /// A coordinate of all particles.
  func column(_ index: Int) -> [Double] {
    (0..<particles).map { Double(samples[$0 * dimensions + index]) }
  }

  /// All weights are the same, as after the output was resampled.
  var isEquallyWeighted: Bool {
    let first = logWeights[0]
    return logWeights.allSatisfy { abs($0 - first) < 1e-9 }
  }

  private static func name(ofFolder folder: String) -> String {
    let path = URL(fileURLWithPath: folder).standardizedFileURL.path
    return path.split(separator: "/").last.map(String.init) ?? folder
  }
}

// MARK: - Whether the files belong together

extension RunRecord {
  private static func check(
    _ folder: String, _ files: RunFiles, _ figures: RunFigures, traceRows: Int
  ) throws(FileError) {
    let count = figures.particles
    for (name, shape, wanted) in [
      ("samples.npy", files.samples.shape, [count, figures.dimensions]),
      ("log_weights.npy", files.logWeights.shape, [count]), ("ancestors.npy", files.ancestors.shape, [count]),
    ] where shape != wanted {
      throw FileError(.malformed, "\(folder)/\(name)", "has shape \(shape); summary.json says \(wanted)")
    }
    guard traceRows == figures.steps + 1 else {
      throw FileError(
        .malformed, folder + "/trace.csv",
        "has \(traceRows) rows for the \(figures.steps) steps of summary.json; it needs one more than steps")
    }
    if let index = files.samples.values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(.malformed, folder + "/samples.npy", "row \(index / figures.dimensions) is not finite")
    }
    let weights = files.logWeights.values
    if let index = weights.firstIndex(where: { $0.isNaN || $0 == .infinity }) {
      throw FileError(.malformed, folder + "/log_weights.npy", "row \(index) is \(weights[index])")
    }
    guard weights.contains(where: { $0 > -.infinity }) else {
      throw FileError(.malformed, folder + "/log_weights.npy", "every weight is 0")
    }
    if let index = files.ancestors.values.firstIndex(where: { $0 < 0 || $0 >= count }) {
      throw FileError(
        .malformed, folder + "/ancestors.npy",
        "row \(index) is \(files.ancestors.values[index]); "
          + "ancestors are from 0 to \(count - 1)")
    }
  }

  private static func check(_ figures: RunFigures, path: String) throws(FileError) {
    // Above by rounding alone.
    let most = Double(figures.particles) * (1 + 1e-6)
    for (key, value) in [
      ("effective_sample_size", figures.effectiveSampleSize),
      ("minimum_effective_sample_size", figures.minimumEffectiveSampleSize),
      ("unique_ancestors", Double(figures.uniqueAncestors)),
    ] where value > most {
      throw FileError(
        .malformed, path, "'\(key)' is \(value); there are \(figures.particles) particles")
    }
  }

  private static func check(_ trace: [TraceRow], _ figures: RunFigures, path: String) throws(FileError) {
    for row in trace {
      let wrong: (name: String, found: String, highest: Int)? =
        if !(0...Double(figures.particles) * (1 + 1e-6)).contains(row.effectiveSampleSize) {
          ("effective_sample_size", "\(row.effectiveSampleSize)", figures.particles)
        } else if row.uniqueAncestors > figures.particles {
          ("unique_ancestors", "\(row.uniqueAncestors)", figures.particles)
        } else if row.resampledIslands > figures.islands {
          ("resampled", "\(row.resampledIslands)", figures.islands)
        } else {
          nil
        }
      guard let wrong else { continue }
      throw FileError(
        .malformed, path,
        "step \(row.step): \(wrong.name) is \(wrong.found); summary.json allows 0 to \(wrong.highest)")
    }
  }

  private static func genealogy(
    _ folder: String, _ files: RunFiles, _ figures: RunFigures, steps: [Int]
  ) throws(FileError) -> Genealogy? {
    let path = folder + "/genealogy.npy"
    guard let array = files.genealogy else { return nil }
    guard array.shape == [steps.count, figures.particles] else {
      throw FileError(
        .malformed, path,
        "has shape \(array.shape); trace.csv and summary.json say \([steps.count, figures.particles])")
    }
    if let index = array.values.firstIndex(where: { $0 < 0 || $0 >= figures.particles }) {
      throw FileError(
        .malformed, path,
        "slice \(index / figures.particles) has \(array.values[index]); "
          + "slots are from 0 to \(figures.particles - 1)")
    }
    let genealogy = Genealogy(steps: steps, parents: array.values, particles: figures.particles)
    guard zip(genealogy.origins, files.ancestors.values).allSatisfy({ Int64($0) == $1 }) else {
      throw FileError(.malformed, path, "does not lead to the ancestors of ancestors.npy")
    }
    return genealogy
  }
}
