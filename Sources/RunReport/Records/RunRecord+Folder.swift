import FeynmanKac
import RunConfigurations

extension RunRecord {
  /// Reads a run's folder back.
  ///
  /// - Throws: `FileError`, missing or malformed, that names the file; `ConfigurationFaults` for its config.
  package init(folder: String) throws {
    self = try ResultFolder.reading(folder) { try Self(reading: folder) }
  }

  private init(reading folder: String) throws {
    try self.init(folder: folder, RunFiles(reading: folder))
    extras = try RunExtras(folder: folder, particles: particles)
  }

  /// Every file that a report of a folder may read.
  package static func files(in folder: String) -> [String] {
    let pictures = "\(folder)/\(ResultFolder.picturesName)"
    // The report itself is none of them.
    let names = ResultFolder.names.filter {
      ![ResultFolder.reportName, ResultFolder.picturesName].contains($0)
    }
    return ([ResultFolder.summaryName] + names).map { "\(folder)/\($0)" }
      + FolderNames.of(pictures).map { "\(pictures)/\($0)" }
  }
}
