import ArgumentParser
import FeynmanKac
import RunConfigurations

/// `fkc compare A B`: distances between two sample sets as JSON.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Distances between two sample sets, with what perfect samples of their sizes would score.",
    discussion: """
      A and B are run folders (samples.npy and log_weights.npy) or .npy files of [N, d] numbers that count the same; \
      B is the reference. The result is JSON on stdout; a figure that does not apply is null.

      The floor is what two perfect sets of A's and B's sizes score: by default their own rows, dealt out at random to two \
      sets as large as they (of weighted rows, with as many effective ones). If A and B are independent draws of one \
      distribution, A scores above all R of --floor-repeats with a chance of 1/(R + 1).
      """)

  @Argument(help: "The samples to judge: a run folder or an .npy file.")
  var a: String
  @Argument(help: "The reference: a run folder or an .npy file.")
  var b: String
  @Option(help: "Rows of each set for the distances w1 and w2, whose cost grows with their cube.")
  var transportSamples = 2_000
  @Option(help: "Rows of each set for the kernel discrepancies.")
  var kernelSamples = 10_000
  @Option(help: "A JSON file with means, weights and standard_deviations; its -log q is the energy.")
  var mixture: String?
  @Option(
    help: ArgumentHelp(
      "A model of a config, whose -log q is the energy; by default that of the one model that A anneals.",
      valueName: "config:model"))
  var energyModel: String?
  @Option(help: "Variance of the noise that the mixture is taken with, such as 1e-4 at the end of a path.")
  var noiseLevel = 0.0
  @Option(help: "A whole β: perfect samples for the floor are drawn exactly from the mixture's q^β.")
  var inverseTemperature: Double?
  @Option(
    help:
      "An .npy file or run folder whose rows are taken as perfect for the floor; else those of both are dealt out anew."
  )
  var floorFrom: String?
  @Option(help: "Pairs of perfect sample sets for the floor.")
  var floorRepeats = 5
  @Option(
    help: "Two coordinates for the histogram, such as 0,1; both of two-dimensional samples are the default.")
  var histogramColumns: String?
  @Option(help: "Chooses subsets and draws.")
  var seed: UInt64 = 0

  private static let largestPower = 1000.0

  func validate() throws {
    if mixture != nil, energyModel != nil {
      throw ValidationError("--mixture and --energy-model both give the energy; give one.")
    }
    if inverseTemperature != nil, mixture == nil {
      throw ValidationError("--inverse-temperature needs --mixture, which it is a power of.")
    }
    if inverseTemperature != nil, floorFrom != nil {
      throw ValidationError("--inverse-temperature and --floor-from both say what is perfect; give one.")
    }
    if let beta = inverseTemperature, Int(exactly: beta).map({ $0 < 1 }) ?? true {
      throw ValidationError("--inverse-temperature is \(beta); exact draws exist for 1, 2, 3 …")
    }
    if let beta = inverseTemperature, beta > Self.largestPower {
      throw ValidationError("--inverse-temperature is \(beta); give at most \(Self.largestPower).")
    }
    if !(noiseLevel >= 0 && noiseLevel.isFinite) {
      throw ValidationError("--noise-level is \(noiseLevel); give 0 or more.")
    }
    if histogramColumns != nil, columns == nil {
      throw ValidationError(
        "--histogram-columns is '\(histogramColumns ?? "")'; give two numbers such as 0,1.")
    }
  }

  private var columns: (Int, Int)? {
    let parts = (histogramColumns ?? "").split(separator: ",").map { Int($0) }
    guard parts.count == 2, let first = parts[0], let second = parts[1] else { return nil }
    return (first, second)
  }

  func run() throws {
    let sample = try ComparisonInput.samples(a)
    let reference = try ComparisonInput.samples(b)
    guard sample.dimensions == reference.dimensions else {
      throw CommandFailure(
        .badData,
        "\(a) has \(sample.dimensions) dimensions, \(b) has \(reference.dimensions); "
          + "only samples of one space compare")
    }
    var options = ComparisonOptions(
      seed: seed, transportSamples: transportSamples, kernelSamples: kernelSamples, histogramColumns: columns,
      repetitions: floorRepeats)
    if let floorFrom { options.floorSource = .pool(try ComparisonInput.samples(floorFrom)) }
    let energyModel = try useModel(in: &options, dimensions: sample.dimensions)
    let comparison: SampleComparison
    do { comparison = try SampleComparison(sample, reference, options: options) } catch {
      throw CommandFailure(.usage, "--\(Self.option(error.setting)) \(error.problem)")
    }
    let report = ComparisonReport(
      a: (a, sample), b: (b, reference), seed: seed, energyModel: energyModel, floorMethod: floorMethod,
      floorRepetitions: floorRepeats, comparison: comparison,
      normalizers: (try ComparisonInput.logNormalizer(a), try ComparisonInput.logNormalizer(b)))
    try StandardStreams.print(report.json.encoded())
  }

  /// The option that sets a property of the library's options.
  private static func option(_ property: String) -> String {
    switch property {
    case "repetitions": "floor-repeats"
    case "floorSource": "floor-from"
    default: LibraryWords.option(property)
    }
  }

  private var floorMethod: String {
    inverseTemperature != nil ? "exact-draws" : floorFrom != nil ? "floor-from" : "permutation"
  }

  /// Sets the energy and, for a power of a mixture, where perfect samples come from; returns the model's name.
  private func useModel(in options: inout ComparisonOptions, dimensions: Int) throws -> String? {
    guard let mixture else {
      let energy =
        try energyModel.map { try ComparisonInput.energy($0) } ?? ComparisonInput.annealedModel(ofRun: a)
      guard let energy else { return nil }
      try check(energy.dimensions, of: energy.name, against: dimensions)
      options.energy = energy.values
      return energy.name
    }
    let model = ExactMixture(try GaussianMixture(file: mixture)).noised(by: noiseLevel)
    try check(model.dimensions, of: mixture, against: dimensions)
    options.energy = { model.energies(of: $0) }
    if let inverseTemperature {
      guard let power = model.power(Int(clamping: inverseTemperature)) else {
        throw CommandFailure(
          .badData,
          "\(mixture) to the power \(Int(clamping: inverseTemperature)) has more than four million components"
        )
      }
      options.floorSource = .draws(power.mixture)
    }
    return mixture
  }

  private func check(_ found: Int, of name: String, against dimensions: Int) throws {
    guard found == dimensions else {
      throw CommandFailure(.badData, "\(name) has \(found) dimensions, the samples have \(dimensions)")
    }
  }
}
