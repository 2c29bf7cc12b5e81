import FeynmanKac

/// The folders of runs of one config with different seeds, and the run that they are made into.
package struct SeedRuns {
  private let folders: [String]
  private var pieces: [RunPiece] = []
  private var seeds: [UInt64] = []
  /// The text of the first one's config.
  private let config: String
  private let exports: SampleExports
  private let keepsGenealogy: Bool

  /// Reads all of them.
  ///
  /// - Parameter folders: Of whole runs, at least one.
  /// - Throws: `FileError` where a folder holds none; `CommandFailure` where they are not of one config, or two of one seed.
  package init(_ folders: [String]) throws {
    self.folders = folders
    var configs: [(text: String, settings: Setting)] = []
    var steps: [Int] = []
    for folder in folders {
      let run = try ResultFolder.reading(folder) { try StoredPiece(folder) }
      configs.append((run.config, run.settings))
      if let twin = seeds.firstIndex(of: run.seed) {
        throw CommandFailure(.badData, "\(folder) has seed \(run.seed), which \(folders[twin]) has too")
      }
      seeds.append(run.seed)
      pieces.append(run.piece)
      steps.append(run.piece.trace.count - 1)
    }
    config = configs[0].text
    exports = OutputKeys.exports(ofConfig: configs[0].settings)
    keepsGenealogy = OutputKeys.keepsGenealogy(ofConfig: configs[0].settings)
    guard pieces.reduce(0, { $0 + $1.particles }) <= Int(Int32.max) else {
      throw CommandFailure(.badData, "the runs have more than \(Int32.max) particles together; merge fewer")
    }
    for (index, folder) in folders.enumerated() {
      if let difference = SettingDifference.first(
        from: configs[0].settings.removing(RunKeys.seed.name),
        to: configs[index].settings.removing(RunKeys.seed.name))
      {
        throw CommandFailure(
          .badData,
          "\(folder) is of another config than \(folders[0]): \(difference); runs to merge differ in their seeds alone"
        )
      }
      try Self.check(pieces[index], folder, beside: pieces[0])
      guard steps[index] == steps[0] else {
        throw CommandFailure(
          .badData,
          "\(folder) has \(steps[index]) steps, and \(folders[0]) \(steps[0]); give sampler.steps a number to merge runs"
        )
      }
    }
  }

  /// Refuses what cannot be put together, as where somebody has changed a file.
  private static func check(_ piece: RunPiece, _ folder: String, beside first: RunPiece) throws(FileError) {
    for (name, isRight) in [
      ("dimensions", piece.dimensions == first.dimensions),
      ("model_evaluations", piece.modelEvaluations.map(\.model) == first.modelEvaluations.map(\.model)),
      ("log_normalizer", (piece.logNormalizer == nil) == (first.logNormalizer == nil)),
      ("mean_step_size_error", piece.stepSizeError.map { $0.mean.count == piece.dimensions } ?? true),
    ] where !isRight {
      throw FileError(
        .malformed, "\(folder)/\(ResultFolder.summaryName)", "'\(name)' is not as in the other runs")
    }
    guard piece.genealogy.steps == first.genealogy.steps else {
      throw FileError(.malformed, "\(folder)/genealogy.npy", "has other slices than those of the other runs")
    }
  }

  /// The sizes in bytes of the arrays that it will write.
  package var resultSizes: [Int] {
    let particles = pieces.reduce(0) { $0 + $1.particles }
    let (d, slices) = (pieces[0].dimensions, keepsGenealogy ? pieces[0].genealogy.slices : 0)
    let sizes =
      ResultSizes.arrays(particles: particles, dimensions: d, genealogy: slices)
      + exports.sizes(particles: particles, dimensions: d, genealogy: slices)
    return sizes.map(\.bytes)
  }

  /// Writes the one run of all, and then a report on it.
  ///
  /// - Returns: Everything that there is to warn of.
  /// - Throws: `FileError`; the folder is then as it was.
  package func write(into results: ResultFolder, for host: RunHost) throws -> [RunWarning] {
    let result = RunResult(merging: pieces)
    let count = result.particles
    let head = RunSummary.Heading(seed: nil, seeds: seeds, warnings: result.warnings)
    let files = RunFiles(
      summary: RunSummary.json(result, head, ancestors: result.ancestors).encoded() + "\n",
      trace: TraceTable.csv(result.trace, genealogySteps: result.genealogy.steps), config: config,
      samples: NPYArray(shape: [count, result.dimensions], values: result.samples),
      logWeights: NPYArray(shape: [count], values: result.logWeights),
      ancestors: NPYArray(shape: [count], values: result.ancestors),
      genealogy: keepsGenealogy
        ? NPYArray(shape: [result.genealogy.slices, count], values: result.genealogy.parents) : nil)
    host.report(try results.write(files, exports, hasTrajectory: false, isPart: false, keepsExtras: false))
    if let page = host.page {
      do { try results.add(report: page(results.path, files)) } catch {
        host.report(
          ["fkc: \(results.path): the results are whole, and no report was written"]
            + (CommandFailure(error)?.lines ?? []))
      }
    }
    return result.warnings
  }
}

/// What is read of one folder.
private struct StoredPiece {
  let piece: RunPiece
  let seed: UInt64
  let config: String
  let settings: Setting

  init(_ folder: String) throws {
    func path(_ name: String) -> String { "\(folder)/\(name)" }
    let files = try RunFiles(reading: folder)
    let summary = try SummaryReader(files.summary, path: path(ResultFolder.summaryName))
    config = files.config
    guard let settings = ConfigurationSchema.settings(config),
      let seed = try? RunKeys.seed.value(in: settings)
    else {
      throw FileError(.malformed, path(ResultFolder.configName), "is no config of this version")
    }
    (self.settings, self.seed) = (settings, seed)
    if let several = summary.optionalValue(RunSummary.seeds), several != .null {
      throw FileError(.malformed, folder, "is merged already; give the runs that it was merged from")
    }
    var piece = try RunPiece(summary)
    let trace = try TraceTable.reports(files.trace, path: path("trace.csv"))
    piece.trace = trace.reports
    try files.check(
      in: folder, particles: try summary.count("particles"), dimensions: piece.dimensions,
      steps: try summary.count("steps"), traceRows: trace.reports.count)
    piece.genealogy = try files.checkedGenealogy(in: folder, steps: trace.slices) ?? piece.genealogy
    (piece.samples, piece.logWeights) = (files.samples.values, files.logWeights.values)
    piece.ancestors = files.ancestors.values
    self.piece = piece
  }
}
