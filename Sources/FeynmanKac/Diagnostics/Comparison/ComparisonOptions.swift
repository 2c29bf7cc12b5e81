/// What a comparison measures and where its floor comes from.
public struct ComparisonOptions: Sendable {
  /// Chooses subsets, draws and splits.
  public var seed: UInt64
  /// Rows of each set for the transport distances; all where a set has fewer.
  public var transportSamples: Int
  /// Rows of each set for the kernel discrepancies; all where a set has fewer.
  public var kernelSamples: Int
  /// The two coordinates of the histogram; nil takes both of two-dimensional samples, and no histogram of others.
  public var histogramColumns: (Int, Int)?
  /// `[count]` energies of the rows of a set, in nats; nil leaves energies out.
  public var energy: (@Sendable (SampleSet) -> [Double])?
  /// Where the perfect sets come from that the floor is made of.
  public var floorSource: FloorSource
  /// Pairs of perfect sets that are scored for the floor.
  public var repetitions: Int

  /// Numbers of rows, at least 1 each; a comparison checks them.
  public init(
    seed: UInt64 = 0, transportSamples: Int = 2_000, kernelSamples: Int = 10_000,
    histogramColumns: (Int, Int)? = nil, energy: (@Sendable (SampleSet) -> [Double])? = nil,
    floorSource: FloorSource = .permutation, repetitions: Int = 5
  ) {
    self.seed = seed
    self.transportSamples = transportSamples
    self.kernelSamples = kernelSamples
    self.histogramColumns = histogramColumns
    self.energy = energy
    self.floorSource = floorSource
    self.repetitions = repetitions
  }

  /// Their costs are a matrix in memory.
  private static let mostTransportSamples = 30_000
  private static let mostRepetitions = 10_000

  func histogramColumns(dimensions: Int) -> (Int, Int)? {
    histogramColumns ?? (dimensions == 2 ? (0, 1) : nil)
  }

  func check(_ sample: SampleSet, _ reference: SampleSet) throws(SetupError) {
    guard sample.dimensions == reference.dimensions else {
      throw SetupError(
        "dimensions",
        "\(sample.dimensions) against \(reference.dimensions); only samples of one space compare")
    }
    guard transportSamples > 0 else {
      throw SetupError("transportSamples", "is \(transportSamples); give at least 1")
    }
    guard kernelSamples > 1 else {
      throw SetupError("kernelSamples", "is \(kernelSamples); give at least 2")
    }
    let count = min(transportSamples, sample.count, reference.count)
    guard count <= Self.mostTransportSamples else {
      throw SetupError(
        "transportSamples",
        "is \(transportSamples); give at most \(Self.mostTransportSamples), whose costs take 3.6 GB")
    }
    guard (0...Self.mostRepetitions).contains(repetitions) else {
      throw SetupError("repetitions", "is \(repetitions); give 0 to \(Self.mostRepetitions)")
    }
    if let (first, second) = histogramColumns {
      for column in [first, second] where !(0..<sample.dimensions).contains(column) {
        throw SetupError(
          "histogramColumns", "\(column) is not a coordinate; give two from 0 to \(sample.dimensions - 1)")
      }
    }
    switch floorSource {
    case .pool(let set):
      guard set.dimensions == sample.dimensions else {
        throw SetupError("floorSource", "has \(set.dimensions) dimensions, the samples \(sample.dimensions)")
      }
    case .draws(let mixture):
      guard mixture.dimensions == sample.dimensions else {
        throw SetupError(
          "floorSource", "has \(mixture.dimensions) dimensions, the samples \(sample.dimensions)")
      }
    case .permutation:
      break
    }
  }
}
