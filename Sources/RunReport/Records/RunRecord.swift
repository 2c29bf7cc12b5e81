import FeynmanKac
import Libc
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
    try files.check(
      in: folder, particles: figures.particles, dimensions: figures.dimensions, steps: figures.steps,
      traceRows: trace.count)
    try Self.check(figures, path: folder + "/summary.json")
    try Self.check(trace, figures, path: folder + "/trace.csv")
    let highest = logWeights.max()!
    let relative = logWeights.map { exp($0 - highest) }
    let sum = relative.reduce(0, +)
    weights = relative.map { $0 / sum }
    let steps = trace.filter { $0.slice != nil }.map(\.step)
    genealogy = try files.checkedGenealogy(in: folder, steps: steps)
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
    let path = FilePaths.absolute(folder, in: ".")
    return path.split(separator: "/").last.map(String.init) ?? folder
  }
}

// MARK: - Whether the files belong together

extension RunRecord {
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
}
