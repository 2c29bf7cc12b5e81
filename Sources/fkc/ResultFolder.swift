import FeynmanKac

/// The files of a finished run.
struct ResultFolder {
  static let summaryName = "summary.json"
  static let configName = "config.yaml"
  static let reportName = "report.html"
  private static let names =
    [
      "samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trace.csv", reportName,
    ] + TrajectoryFiles.names

  let path: String
  private let folder: OutputFolder

  /// - Throws: `FileError` where the folder cannot be written or holds a run that is not to be overwritten.
  init(path: String, overwrite: Bool) throws(FileError) {
    self.path = path
    folder = try OutputFolder(path: path, names: Self.names, marker: Self.summaryName, overwrite: overwrite)
  }

  func discard() { folder.discard() }

  /// Begins a file that is written while the run samples.
  ///
  /// - Throws: `FileError`, unwritable.
  func stream<Element: NPYElement>(
    _ name: String, of type: Element.Type, _ shape: [Int]
  ) throws(FileError) -> NPYStream<Element> { try folder.stream(name, of: type, shape: shape) }

  /// Puts them all in place together.
  ///
  /// - Parameters:
  ///   - report: The bytes of the report; nil for none.
  ///   - hasTrajectory: Its files were streamed.
  /// - Throws: `FileError`, unwritable.
  func write(_ files: RunRecord.Files, report: [UInt8]?, hasTrajectory: Bool) throws(FileError) {
    try write("samples.npy", files.samples)
    try write("log_weights.npy", files.logWeights)
    try write("ancestors.npy", files.ancestors)
    if let genealogy = files.genealogy { try write("genealogy.npy", genealogy) }
    try folder.write("trace.csv", files.trace)
    try folder.write(Self.configName, files.config)
    if let report { try folder.write(Self.reportName, bytes: report) } else { folder.omit(Self.reportName) }
    try folder.write(Self.summaryName, files.summary)
    if !hasTrajectory { for name in TrajectoryFiles.names { folder.omit(name) } }
    // What was found out about other samples is not true of these.
    for name in RunExtras.names(in: path) { folder.omit(name) }
    try folder.commit()
  }

  private func write<Element>(_ name: String, _ array: NPYArray<Element>) throws(FileError) {
    try folder.write(name, shape: array.shape, array.values)
  }
}
