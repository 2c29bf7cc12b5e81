import FeynmanKac
import Foundation
import RunConfigurations

extension RunRecord {
  /// Reads a run's folder back.
  ///
  /// - Throws: `FileError`, missing or malformed, that names the file; `ConfigurationFaults` for its config.
  package init(folder: String) throws {
    self = try ResultFolder.reading(folder) { try Self(reading: folder) }
  }

  private init(reading folder: String) throws {
    let summary = try ResultFolder.text(folder + "/" + ResultFolder.summaryName)
    let trace = try ResultFolder.text(folder + "/trace.csv", atMost: Self.largestTrace)
    // Runs of older versions recorded none, and their traces say so.
    let hasGenealogy = trace.prefix { $0 != "\n" }.contains("genealogy_slice")
    try self.init(
      folder: folder,
      RunFiles(
        summary: summary, trace: trace, config: try ResultFolder.text(folder + "/config.yaml"),
        samples: try NPYArray(file: folder + "/samples.npy"),
        logWeights: try NPYArray(file: folder + "/log_weights.npy"),
        ancestors: try NPYArray(file: folder + "/ancestors.npy"),
        genealogy: hasGenealogy ? try NPYArray(file: folder + "/genealogy.npy") : nil))
    extras = try RunExtras(folder: folder)
  }

  /// Every file that a report of a folder may read.
  package static func files(in folder: String) -> [String] {
    let pictures = "\(folder)/\(ResultFolder.picturesName)"
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: pictures)) ?? []
    // The report itself is none of them.
    let names = ResultFolder.names.filter {
      ![ResultFolder.reportName, ResultFolder.picturesName].contains($0)
    }
    return ([ResultFolder.summaryName] + names).map { "\(folder)/\($0)" }
      + entries.map { "\(pictures)/\($0)" }
  }

  /// The largest trace in bytes: about a hundred for each of ten million steps, which is the most that a run has.
  private static let largestTrace = 1 << 31
}
