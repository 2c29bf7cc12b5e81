import FeynmanKac

/// The particles of a finished run, for other programs.
package struct RunExport {
  /// The words for all formats, in their order.
  package static let formats = SampleFormat.words

  private let file: any SampleFile.Type
  private let particles: ExportedParticles
  private let folder: WholeFolder

  /// - Parameters:
  ///   - folder: Of a whole run.
  ///   - format: One of `formats`.
  ///   - species: Elements, one for each atom or one for all; nil for those of the run's config.
  /// - Throws: `FileError` that names the file that is damaged; `CommandFailure` where the particles do not fit the format.
  package init(_ folder: String, format: String, species: [String]?) throws {
    let kind = SampleFormat(rawValue: format)!
    file = kind.file
    let files: RunFiles
    (self.folder, files) = try ResultFolder.reading(folder) {
      (try ResultFolder.whole(folder), try RunFiles(reading: folder))
    }
    let summary = try SummaryReader(files.summary, path: "\(folder)/\(ResultFolder.summaryName)")
    let (count, d) = (try summary.count("particles"), try summary.count("dimensions"))
    let steps = try summary.count("steps")
    // The trace is in none of the formats.
    try files.check(in: folder, particles: count, dimensions: d, steps: steps, traceRows: steps + 1)
    let species =
      species ?? ConfigurationSchema.settings(files.config).map { OutputKeys.exports(ofConfig: $0).species }
      ?? []
    self.particles = files.exported(species: species)
    do throws(SettingFailure) {
      try SampleExports(formats: [kind], species: species).check(dimensions: d)
    } catch {
      throw CommandFailure(error.status, "\(folder): \(error.problem)")
    }
  }

  /// Writes the file.
  ///
  /// - Parameter path: Where; nil for its place in the run's folder.
  /// - Throws: `FileError`, unwritable.
  package func write(to path: String?) throws(FileError) {
    guard let path else {
      try folder.add(file.name) { descriptor, path throws(FileError) in
        try file.write(particles, to: descriptor, shownAs: path)
      }
      return
    }
    try FileBytes.replace(path) { descriptor throws(FileError) in
      try file.write(particles, to: descriptor, shownAs: path)
    }
  }

  /// Where it is written, as the user calls it.
  ///
  /// - Parameter path: Where; nil for its place in the run's folder.
  package func place(_ path: String?) -> String { path ?? "\(folder.path)/\(file.name)" }
}
