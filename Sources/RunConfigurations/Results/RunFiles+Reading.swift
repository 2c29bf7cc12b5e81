import FeynmanKac

extension RunFiles {
  /// Reads them back, without looking at whether they belong together.
  ///
  /// - Throws: `FileError`, missing or malformed, that names the file.
  package init(reading folder: String) throws(FileError) {
    let summary = try ResultFolder.text("\(folder)/\(ResultFolder.summaryName)")
    let trace = try ResultFolder.text("\(folder)/trace.csv", atMost: Self.largestTrace)
    let config = try ResultFolder.text("\(folder)/\(ResultFolder.configName)")
    // Runs of older versions recorded none, and their traces say so.
    let hasGenealogy =
      trace.prefix { $0 != "\n" }.contains("genealogy_slice")
      && ConfigurationSchema.settings(config).map { OutputKeys.keepsGenealogy(ofConfig: $0) } ?? true
    self.init(
      summary: summary, trace: trace, config: config,
      samples: try NPYArray(file: "\(folder)/samples.npy"),
      logWeights: try NPYArray(file: "\(folder)/log_weights.npy"),
      ancestors: try NPYArray(file: "\(folder)/ancestors.npy"),
      genealogy: hasGenealogy ? try NPYArray(file: "\(folder)/genealogy.npy") : nil)
  }

  /// The largest trace in bytes: about a hundred for each of ten million steps, which is the most that a run has.
  private static let largestTrace = 1 << 31

  /// Refuses files that are not those of one finished run.
  ///
  /// - Parameters:
  ///   - folder: What errors call their folder.
  ///   - particles: As the summary says, as `dimensions` and `steps`.
  ///   - traceRows: How many the trace has.
  /// - Throws: `FileError` that names the file and the row.
  package func check(
    in folder: String, particles: Int, dimensions: Int, steps: Int, traceRows: Int
  ) throws(FileError) {
    guard traceRows == steps + 1 else {
      throw FileError(
        .malformed, "\(folder)/trace.csv",
        "has \(traceRows) rows for the \(steps) steps of summary.json; it needs one more than steps")
    }
    for (name, shape, wanted) in [
      ("samples.npy", samples.shape, [particles, dimensions]),
      ("log_weights.npy", logWeights.shape, [particles]),
      ("ancestors.npy", ancestors.shape, [particles]),
    ] where shape != wanted {
      throw FileError(.malformed, "\(folder)/\(name)", "has shape \(shape); summary.json says \(wanted)")
    }
    if let index = samples.values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(.malformed, "\(folder)/samples.npy", "row \(index / dimensions) is not finite")
    }
    let weights = logWeights.values
    if let index = weights.firstIndex(where: { $0.isNaN || $0 == .infinity }) {
      throw FileError(.malformed, "\(folder)/log_weights.npy", "row \(index) is \(weights[index])")
    }
    guard weights.contains(where: { $0 > -.infinity }) else {
      throw FileError(.malformed, "\(folder)/log_weights.npy", "every weight is 0")
    }
    if let index = ancestors.values.firstIndex(where: { $0 < 0 || $0 >= particles }) {
      throw FileError(
        .malformed, "\(folder)/ancestors.npy",
        "row \(index) is \(ancestors.values[index]); ancestors are from 0 to \(particles - 1)")
    }
  }

  /// The genealogy, which leads to the ancestors; nil for runs of older versions.
  ///
  /// - Parameter steps: Those that its slices end with, as the trace says.
  /// - Throws: `FileError` that names the slice.
  package func checkedGenealogy(in folder: String, steps: [Int]) throws(FileError) -> Genealogy? {
    let (path, particles) = ("\(folder)/genealogy.npy", ancestors.values.count)
    guard let genealogy else { return nil }
    guard genealogy.shape == [steps.count, particles] else {
      throw FileError(
        .malformed, path,
        "has shape \(genealogy.shape); trace.csv and summary.json say \([steps.count, particles])")
    }
    if let index = genealogy.values.firstIndex(where: { $0 < 0 || $0 >= particles }) {
      throw FileError(
        .malformed, path,
        "slice \(index / particles) has \(genealogy.values[index]); slots are from 0 to \(particles - 1)")
    }
    let found = Genealogy(steps: steps, parents: genealogy.values, particles: particles)
    guard zip(found.origins, ancestors.values).allSatisfy({ Int64($0) == $1 }) else {
      throw FileError(.malformed, path, "does not lead to the ancestors of ancestors.npy")
    }
    return found
  }
}
