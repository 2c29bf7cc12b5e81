import FeynmanKac
import Libc
import RunConfigurations

/// What `fkc compare` reads.
enum ComparisonInput {
  /// The rows of a run folder with their weights, or of an .npy file of [N, d] or [N] numbers that count the same.
  ///
  /// - Throws: `FileError` that names the file.
  static func samples(_ path: String) throws -> SampleSet {
    guard isFolder(path) else { return try samples(path, isRun: false) }
    return try ResultFolder.reading(path) { try samples(path, isRun: true) }
  }

  private static func samples(_ path: String, isRun: Bool) throws -> SampleSet {
    let samplesPath = isRun ? path + "/samples.npy" : path
    let samples = try NPYArray<Float>(file: samplesPath)
    guard samples.shape.count == 1 || samples.shape.count == 2 else {
      throw FileError(.malformed, samplesPath, "has shape \(samples.shape); give [N, d]")
    }
    if isRun { try check(samplesPath, samples.shape, ofRun: path) }
    let weightsPath = path + "/log_weights.npy"
    let logWeights = isRun ? try NPYArray<Double>(file: weightsPath).values : nil
    do throws(SampleSetError) {
      return try SampleSet(
        samples.values, dimensions: samples.shape.count == 2 ? samples.shape[1] : 1, logWeights: logWeights)
    } catch {
      throw FileError(.malformed, error.concernsWeights ? weightsPath : samplesPath, error.description)
    }
  }

  /// log Z of a run's folder with its error, in nats; nil for files and for runs without weights.
  static func logNormalizer(_ path: String) throws -> StoredNormalizer? {
    guard isFolder(path) else { return nil }
    let summaryPath = "\(path)/\(ResultFolder.summaryName)"
    let summary = try SummaryReader(try ResultFolder.text(summaryPath), path: summaryPath)
    return StoredNormalizer(summary)
  }

  /// Samples of another size than their summary says are of another run.
  private static func check(_ samplesPath: String, _ shape: [Int], ofRun path: String) throws(FileError) {
    let summaryPath = "\(path)/\(ResultFolder.summaryName)"
    let summary = try SummaryReader(try ResultFolder.text(summaryPath), path: summaryPath)
    let stated = [try summary.count("particles"), try summary.count("dimensions")]
    guard shape == stated else {
      throw FileError(.malformed, samplesPath, "has shape \(shape); summary.json says \(stated)")
    }
  }

  /// The energy that a run's own config gives: −log q at the end of the path of the one model that is annealed. Nil for
  /// files, for runs of other targets, and, with a word on standard error, where the config's files have moved or changed.
  static func annealedModel(ofRun path: String) -> Energy? {
    guard isFolder(path), isFile(path + "/" + ResultFolder.configName) else { return nil }
    let configuration: RunConfiguration
    do {
      configuration = try RunConfiguration(
        file: path + "/" + ResultFolder.configName, overrides: [], programs: .withheld)
    } catch {
      StandardStreams.report(
        ["fkc: no energies: the config of \(path) cannot be used; --mixture gives them"]
          + (CommandFailure(error)?.lines ?? []))
      return nil
    }
    guard let name = configuration.annealedModel else { return nil }
    return energy(of: name, in: configuration)
  }

  /// The energy of a model of a config, −log q at the data's end of its process, as `CONFIG:MODEL`.
  static func energy(_ text: String) throws -> Energy {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else {
      throw CommandFailure(.usage, "--energy-model '\(text)': give CONFIG:MODEL, such as gmm40.yaml:gmm40")
    }
    let file = String(text[..<colon])
    let name = String(text[text.index(after: colon)...])
    let configuration = try RunConfiguration(file: file, overrides: [], programs: .withheld)
    guard configuration.models.contains(where: { $0.name == name }) else {
      let names = configuration.models.map(\.name)
      let advice = NearestSpelling.advice(
        for: name, among: names, otherwise: "the models are \(names.joined(separator: ", "))")
      throw CommandFailure(.usage, "--energy-model: no model is called '\(name)' in \(file); \(advice)")
    }
    guard let energy = energy(of: name, in: configuration) else {
      throw CommandFailure(.badData, "--energy-model: model '\(name)' of \(file) has no log density")
    }
    return energy
  }

  /// A function of rows, and what it is called in the result.
  struct Energy: Sendable {
    let name: String
    let dimensions: Int
    let values: @Sendable (SampleSet) -> [Double]
  }

  private static func energy(of name: String, in configuration: RunConfiguration) -> Energy? {
    guard let chosen = configuration.models.first(where: { $0.name == name }) else { return nil }
    // The log density of an analytic model in Double; it describes the data, so the process adds its own noise.
    guard let mixture = chosen.model as? GaussianMixture else { return nil }
    let point = chosen.process.point(at: 0)
    let exact = ExactMixture(mixture).noised(by: (point.noise / point.signal) * (point.noise / point.signal))
    return Energy(name: "\(configuration.file):\(name)", dimensions: exact.dimensions) {
      exact.energies(of: $0)
    }
  }
}

extension SampleSetError {
  fileprivate var concernsWeights: Bool {
    switch self {
    case .weightCount, .logWeight, .allWeightsZero: true
    case .shape, .notFinite: false
    }
  }
}

private func mode(_ path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}

private func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }
private func isFile(_ path: String) -> Bool { mode(path) == S_IFREG }
