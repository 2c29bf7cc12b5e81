import FeynmanKac
import Libc
import RunConfigurations

/// All that a report shows of one run, checked: its files agree with each other.
package struct RunRecord {
  /// The name of its folder; beside other runs, what tells them apart.
  private(set) var name: String
  private let folder: String
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
    self.folder = FilePaths.absolute(folder, in: ".")
    name = Self.parts(ofFolder: self.folder).last ?? folder
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

  private static func parts(ofFolder folder: String) -> [String] {
    folder.split(separator: "/").map(String.init)
  }
}

// MARK: - Beside each other

extension RunRecord {
  /// The same runs, called by the parts of their paths that are not the same in all where their folders' names are:
  /// `steps=20` and `steps=100` for `steps=20/seed=1` and `steps=100/seed=1`.
  static func distinguished(_ records: [RunRecord]) -> [RunRecord] {
    guard Set(records.map(\.name)).count < records.count else { return records }
    let paths = records.map { Array(parts(ofFolder: $0.folder).reversed()) }
    let places = (0..<paths.map(\.count).max()!).filter { place in
      Set(paths.map { place < $0.count ? $0[place] : "" }).count > 1
    }
    let names = paths.map { path in
      places.reversed().compactMap { $0 < path.count ? path[$0] : nil }.joined(separator: "/")
    }
    guard Set(names).count == records.count else { return records }
    return zip(records, names).map { record, name in
      var record = record
      record.name = name
      return record
    }
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
