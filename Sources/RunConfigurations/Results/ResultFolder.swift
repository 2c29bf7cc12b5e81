import FeynmanKac

/// The files of a finished run.
package struct ResultFolder {
  package static let summaryName = "summary.json"
  package static let configName = "config.yaml"
  package static let reportName = "report.html"
  /// All that a run writes, and what experiments add to it: where one of these is, a folder is taken.
  package static let names =
    [
      "samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trace.csv", configName, reportName,
    ] + TrajectoryFiles.names + [metricsName, picturesName]
  /// What an experiment may leave beside a run: figures, and drawings with their captions.
  package static let metricsName = "metrics.json"
  package static let picturesName = "pictures"

  /// The files in `pictures/` that reports show: drawings and their captions.
  static func pictureFiles(among names: [String]) -> [String] {
    let known = Set(names)
    return names.filter {
      $0.hasSuffix(".svg") || $0.hasSuffix(".txt") && known.contains("\($0.dropLast(4)).svg")
    }
  }

  package let path: String
  private let folder: OutputFolder

  /// - Parameters:
  ///   - sizes: The files' sizes in bytes, as far as they are known before the run.
  ///   - waiting: Asked again and again while another run writes there; nil gives up at once.
  /// - Throws: `FileError` where the folder cannot be written or holds files that are not to be overwritten.
  package init(path: String, overwrite: Bool, sizes: [Int], waiting: (() -> Bool)? = nil) throws(FileError) {
    self.path = path
    folder = try OutputFolder(
      path: path, names: Self.names, marker: Self.summaryName, overwrite: overwrite, sizes: sizes,
      waiting: waiting)
  }

  package func discard() { folder.discard() }

  /// Begins a file that is written while the run samples.
  ///
  /// - Throws: `FileError`, unwritable.
  func stream<Element: NPYElement>(
    _ name: String, of type: Element.Type, _ shape: [Int]
  ) throws(FileError) -> NPYStream<Element> { try folder.stream(name, of: type, shape: shape) }

  /// Puts them all in place together. A report of earlier files goes.
  ///
  /// - Parameters:
  ///   - hasTrajectory: Its files were streamed.
  ///   - keepsExtras: What was found out about the samples that are there is true of these too.
  /// - Returns: What a user should know of the folder, a line each.
  /// - Throws: `FileError`, unwritable.
  func write(_ files: RunFiles, hasTrajectory: Bool, keepsExtras: Bool) throws(FileError) -> [String] {
    try write("samples.npy", files.samples)
    try write("log_weights.npy", files.logWeights)
    try write("ancestors.npy", files.ancestors)
    if let genealogy = files.genealogy {
      try write("genealogy.npy", genealogy)
    } else {
      folder.omit("genealogy.npy")
    }
    try folder.write("trace.csv", files.trace)
    try folder.write(Self.configName, files.config)
    try folder.write(Self.summaryName, files.summary)
    folder.omit(Self.reportName)
    if !hasTrajectory { for name in TrajectoryFiles.names { folder.omit(name) } }
    let notes = keepsExtras ? [] : omitExtras()
    try folder.commit()
    return notes
  }

  /// What was found out about other samples is not true of these.
  private func omitExtras() -> [String] {
    folder.omit(Self.metricsName)
    guard let entries = folder.entries(of: Self.picturesName) else {
      return [
        "fkc: \(path)/\(Self.picturesName) is a link; what it leads to stays, and reports will show it beside these samples"
      ]
    }
    for name in Self.pictureFiles(among: entries) { folder.omit("\(Self.picturesName)/\(name)") }
    return []
  }

  /// Puts a report beside the files that were written, which are whole whatever becomes of it.
  ///
  /// - Throws: `FileError`, unwritable.
  package func add(report: [UInt8]) throws(FileError) {
    try folder.committed!.add(Self.reportName, bytes: report)
  }

  private func write<Element>(_ name: String, _ array: NPYArray<Element>) throws(FileError) {
    try folder.write(name, shape: array.shape, array.values)
  }
}

// MARK: - Reading

extension ResultFolder {
  /// A folder with a run that is whole.
  ///
  /// - Throws: `FileError`, missing or malformed, that says why it is none.
  package static func whole(_ path: String) throws(FileError) -> WholeFolder {
    try WholeFolder(path: path, names: names, marker: summaryName)
  }

  /// The largest size of a text but the trace, in bytes.
  package static let largestText = 1 << 26

  /// The text of one of its files.
  ///
  /// - Throws: `FileError` that names it.
  package static func text(_ path: String, atMost limit: Int = largestText) throws(FileError) -> String {
    try TextFile.read(path, atMost: limit)
  }

  /// Reads files of one run, never of two: where the run is replaced meanwhile, it reads them again.
  package static func reading<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    for _ in 0..<3 {
      let whole = try whole(path)
      do {
        let value = try body()
        try whole.check()
        return value
      } catch {
        // What is wrong may be that half of the files are of another run.
        do { try whole.check() } catch { continue }
        throw error
      }
    }
    throw FileError(.malformed, path, "is being replaced by other runs again and again; try later")
  }
}
