import FeynmanKac

/// The files of a finished run.
struct ResultFolder {
  static let summaryName = "summary.json"
  private static let arrayNames = ["samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trace.csv"]

  private let folder: OutputFolder

  /// - Throws: `FileError` where the folder cannot be written or holds a run that is not to be overwritten.
  init(path: String, overwrite: Bool) throws(FileError) {
    folder = try OutputFolder(
      path: path, names: Self.arrayNames, marker: Self.summaryName, overwrite: overwrite)
  }

  func discard() { folder.discard() }

  func write(_ result: RunResult, of configuration: RunConfiguration, start: Sampler.Start) throws(FileError)
  {
    let count = result.particles
    if configuration.settings["output"]?["samples"]?.text == "resampled" {
      let picks = result.resampledIndices(count, seed: configuration.seed)
      let d = result.dimensions
      try folder.write(
        "samples.npy", shape: [count, d], picks.flatMap { result.samples[$0 * d..<($0 + 1) * d] })
      try folder.write(
        "log_weights.npy", shape: [count], [Double](repeating: -RunSummary.logarithm(count), count: count))
      try folder.write("ancestors.npy", shape: [count], picks.map { result.ancestors[$0] })
      try write(result.genealogy.picking(picks))
    } else {
      try folder.write("samples.npy", shape: [count, result.dimensions], result.samples)
      try folder.write("log_weights.npy", shape: [count], result.logWeights)
      try folder.write("ancestors.npy", shape: [count], result.ancestors)
      try write(result.genealogy)
    }
    try folder.write("trace.csv", TraceTable.csv(result.trace, genealogySteps: result.genealogy.steps))
    try folder.write("config.yaml", SettingText.yaml(configuration.resolved(start: start)))
    try folder.write(Self.summaryName, RunSummary.json(result, of: configuration).encoded() + "\n")
    try folder.commit()
  }

  private func write(_ genealogy: Genealogy) throws(FileError) {
    try folder.write("genealogy.npy", shape: [genealogy.slices, genealogy.particles], genealogy.parents)
  }
}
