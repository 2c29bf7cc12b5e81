import ArgumentParser
import FeynmanKac
import Foundation

/// `fkc compare A B`: distances between two sample sets as JSON.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Distances between two sample sets, with what perfect samples of their sizes would score.",
    discussion: """
      A and B are run folders (samples.npy and log_weights.npy) or .npy files of [N, d] numbers that count the same; \
      B is the reference. The result is JSON on stdout; a figure that does not apply is null.
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
  @Option(help: "Variance of the noise that the mixture is taken with, such as 1e-4 at the end of a path.")
  var noiseLevel = 0.0
  @Option(help: "A whole β: perfect samples for the floor are drawn exactly from the mixture's q^β.")
  var inverseTemperature: Double?
  @Option(help: "An .npy file or run folder whose rows are taken as perfect for the floor; else B's are.")
  var floorFrom: String?
  @Option(help: "Pairs of perfect sample sets for the floor.")
  var floorRepeats = 5
  @Option(
    help: "Two coordinates for the histogram, such as 0,1; both of two-dimensional samples are the default.")
  var histogramColumns: String?
  @Option(help: "Chooses subsets and draws.")
  var seed: UInt64 = 0

  func validate() throws {
    if inverseTemperature != nil, mixture == nil {
      throw ValidationError("--inverse-temperature needs --mixture, which it is a power of.")
    }
    if inverseTemperature != nil, floorFrom != nil {
      throw ValidationError("--inverse-temperature and --floor-from both say what is perfect; give one.")
    }
    if let beta = inverseTemperature, beta < 1 || beta != beta.rounded() {
      throw ValidationError("--inverse-temperature is \(beta); exact draws exist for 1, 2, 3 …")
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
    do {
      let sample = try SampleSet(path: a)
      let reference = try SampleSet(path: b)
      guard sample.dimensions == reference.dimensions else {
        throw ComparisonInputError.data(
          "\(a) has \(sample.dimensions) dimensions, \(b) has \(reference.dimensions); only samples of one space compare"
        )
      }
      var options = ComparisonOptions(
        seed: seed, transportSamples: transportSamples, kernelSamples: kernelSamples,
        histogramColumns: columns,
        repetitions: floorRepeats)
      if let floorFrom { options.floorSource = .pool(try SampleSet(path: floorFrom)) }
      if let mixture { try use(mixture, in: &options, dimensions: sample.dimensions) }
      let comparison: SampleComparison
      do { comparison = try SampleComparison(sample, reference, options: options) } catch {
        throw ComparisonInputError.usage("--\(error.setting) \(error.problem)")
      }
      let report = ComparisonReport(
        a: .init(path: a, set: sample), b: .init(path: b, set: reference), seed: seed,
        floorMethod: floorMethod, floorRepetitions: floorRepeats, comparison: comparison)
      print(try report.json())
    } catch let error as ComparisonInputError {
      FileHandle.standardError.write(Data("fkc compare: \(error.message)\n".utf8))
      throw ExitCode(error.exitCode)
    }
  }

  private var floorMethod: String {
    inverseTemperature != nil ? "exact-draws" : floorFrom != nil ? "floor-from" : "reference-split"
  }

  private func use(_ path: String, in options: inout ComparisonOptions, dimensions: Int) throws {
    let model = try ExactMixture(path: path).noised(by: noiseLevel)
    guard model.dimensions == dimensions else {
      throw ComparisonInputError.data(
        "\(path) has \(model.dimensions) dimensions, the samples have \(dimensions)")
    }
    options.energy = { model.energies(of: $0) }
    guard let inverseTemperature else { return }
    guard let power = model.power(Int(inverseTemperature)) else {
      throw ComparisonInputError.data(
        "\(path) to the power \(Int(inverseTemperature)) has more than four million components")
    }
    options.floorSource = .draws(power.mixture)
  }
}
