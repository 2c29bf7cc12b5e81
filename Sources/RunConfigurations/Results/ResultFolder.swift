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
      partName,
    ] + TrajectoryFiles.names + SampleExports.names
    + [metricsName, metricLabelsName, energiesName, picturesName]
  /// The file of a run of some islands that `fkc merge` makes the run of all of.
  package static let partName = "islands.state"
  /// What an experiment may leave beside a run: figures, what people call them, the energies of the particles, and drawings with their captions.
  package static let metricsName = "metrics.json"
  package static let metricLabelsName = "metrics_labels.json"
  package static let energiesName = "energies.npy"
  package static let picturesName = "pictures"
  /// The caption of all drawings together.
  package static let picturesCaptionName = "caption.txt"

  /// The files in `pictures/` that reports show: drawings and their captions.
  static func pictureFiles(among names: [String]) -> [String] {
    let known = Set(names)
    return names.filter {
      $0.hasSuffix(".svg") || $0 == picturesCaptionName
        || $0.hasSuffix(".txt") && known.contains("\($0.dropLast(4)).svg")
    }
  }

  /// What becomes of the checkpoints of a run that ended before it was done.
  package enum FormerCheckpoints {
    case refused, removed, kept
  }

  private static let checkpointsName = ".fkc-checkpoint"

  package let path: String
  private let folder: OutputFolder
  /// Where the run's checkpoints are, and its trajectory as long as it grows.
  var checkpointsPath: String { Self.checkpointsPath(in: path) }

  static func checkpointsPath(in path: String) -> String { "\(path)/\(checkpointsName)" }

  /// - Parameters:
  ///   - sizes: The files' sizes in bytes, as far as they are known before the run.
  ///   - former: What becomes of checkpoints that are there.
  ///   - waiting: Asked again and again while another run writes there; nil gives up at once.
  /// - Throws: `FileError` where the folder cannot be written or holds files that are not to be overwritten.
  package init(
    path: String, overwrite: Bool, sizes: [Int], checkpoints former: FormerCheckpoints = .refused,
    waiting: (() -> Bool)? = nil
  ) throws(FileError) {
    self.path = path
    do throws(FileError) {
      folder = try OutputFolder(
        path: path, names: Self.names, marker: Self.summaryName, overwrite: overwrite, sizes: sizes,
        waiting: waiting)
    } catch {
      if error.kind == .unwritable {
        CheckpointFolder.tidy(Self.checkpointsName, in: path, keepsStates: true, TrajectoryFiles.isName)
      }
      throw error
    }
    let checkpoints = checkpointsPath
    folder.whenCommitted = { CheckpointFolder(at: checkpoints)?.remove(TrajectoryFiles.isName) }
    guard let found = CheckpointFolder(at: checkpoints) else { return }
    switch former {
    case .kept: break
    case .refused where found.hasStates:
      folder.discard()
      throw FileError(
        .unwritable, path,
        "holds the checkpoint of a run that was interrupted; give --resume to go on from it, --overwrite or another folder"
      )
    case .refused, .removed: found.remove(TrajectoryFiles.isName)
    }
  }

  /// Removes what was begun; checkpoints stay, with what grew beside them.
  package func discard() {
    if folder.committed == nil, let checkpoints = CheckpointFolder(at: checkpointsPath),
      !checkpoints.hasStates
    {
      checkpoints.remove(TrajectoryFiles.isName)
    }
    folder.discard()
  }

  /// Removes what a run left that was killed right after its end.
  package static func tidy(_ path: String) {
    CheckpointFolder.tidy(checkpointsName, in: path, TrajectoryFiles.isName)
  }

  /// Removes the checkpoints of a run that this one does not go on from.
  package func forgetCheckpoints() { CheckpointFolder(at: checkpointsPath)?.removeStates() }

  /// What there is to say of a run that ended before it was done.
  package func interruption(at step: Int) -> String {
    let kept = Checkpoint.newest(in: checkpointsPath).checkpoint
    return "interrupted at step \(step); "
      + (kept.map { "the checkpoint of step \($0.step) is in \(path), and --resume goes on from it" }
        ?? (CheckpointFolder(at: checkpointsPath)?.hasStates == true
          ? "what it found out before its first step is in \(path), and --resume goes on from it"
          : "nothing was written"))
  }

  /// Begins a file that is written while the run samples, or goes on with it.
  ///
  /// - Parameter former: The numbers that it has already, and their sum; nil for a new one.
  /// - Throws: `FileError`, unwritable, or malformed where numbers are missing.
  func stream<Element: NPYElement>(
    _ name: String, of type: Element.Type, _ shape: [Int], after former: (count: Int, sum: UInt32)?
  ) throws(FileError) -> NPYStream<Element> {
    try folder.stream(
      name, of: type, shape: shape, in: CheckpointFolder(making: checkpointsPath), after: former)
  }

  /// Writes the part of a run's islands.
  ///
  /// - Parameter body: Is handed the descriptor of an empty file, and what errors call it.
  /// - Returns: Where it is until it is put in its place.
  /// - Throws: `FileError`, unwritable.
  func writePart(_ body: (CInt, String) throws -> Void) throws -> String {
    try folder.write(Self.partName, by: body)
  }

  /// Puts them all in place together. A report of earlier files goes.
  ///
  /// - Parameters:
  ///   - exports: What is written for other programs besides.
  ///   - hasTrajectory: Its files were streamed.
  ///   - isPart: So was the part.
  ///   - keepsExtras: What was found out about the samples that are there is true of these too.
  /// - Returns: What a user should know of the folder, a line each.
  /// - Throws: `FileError`, unwritable.
  func write(
    _ files: RunFiles, _ exports: SampleExports, hasTrajectory: Bool, isPart: Bool, keepsExtras: Bool
  ) throws -> [String] {
    try write("samples.npy", files.samples)
    try write("log_weights.npy", files.logWeights)
    try write("ancestors.npy", files.ancestors)
    if let genealogy = files.genealogy {
      try write("genealogy.npy", genealogy)
    } else {
      folder.omit("genealogy.npy")
    }
    let particles = files.exported(species: exports.species)
    for format in SampleFormat.allCases {
      let file = format.file
      guard exports.formats.contains(format) else {
        folder.omit(file.name)
        continue
      }
      _ = try folder.write(file.name) { descriptor, path in
        try file.write(particles, to: descriptor, shownAs: path)
      }
    }
    try folder.write("trace.csv", files.trace)
    try folder.write(Self.configName, files.config)
    try folder.write(Self.summaryName, files.summary)
    folder.omit(Self.reportName)
    if !isPart { folder.omit(Self.partName) }
    if !hasTrajectory { for name in TrajectoryFiles.names { folder.omit(name) } }
    let notes = keepsExtras ? [] : omitExtras()
    try folder.commit()
    return notes
  }

  /// What was found out about other samples is not true of these.
  private func omitExtras() -> [String] {
    for name in [Self.metricsName, Self.metricLabelsName, Self.energiesName] { folder.omit(name) }
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
