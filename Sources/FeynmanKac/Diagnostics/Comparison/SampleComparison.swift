/// How far one sample set is from another by several measures, beside what perfect samples would score.
public struct SampleComparison: Sendable {
  /// A measure of distance; the raw value is its name in files.
  public enum Measure: String, Sendable, CaseIterable {
    /// `histogramTotalVariation`, on 200 × 200 cells.
    case totalVariation = "total_variation"
    /// `KernelDiscrepancy.fixedBandwidths`.
    case fixedBandwidthDiscrepancy = "mmd_squared_fixed_bandwidths"
    /// `KernelDiscrepancy.medianBandwidths`.
    case medianBandwidthDiscrepancy = "mmd_squared_median_bandwidths"
    /// `W₁` of the energies, in nats.
    case energyFirst = "energy_w1"
    /// `W₂` of the energies, in nats.
    case energySecond = "energy_w2"
    /// `W₂²` of the energies, in nats².
    case energySecondSquared = "energy_w2_squared"
    /// `W₁` of the samples.
    case transportFirst = "w1"
    /// `W₂` of the samples.
    case transportSecond = "w2"
    /// `MomentDifference.largestMean`.
    case largestMeanDifference = "largest_mean_difference"
    /// `MomentDifference.largestVariance`.
    case largestVarianceDifference = "largest_variance_difference"
  }

  /// What perfect samples score, over repetitions.
  public struct Floor: Sendable, Equatable {
    /// The mean over the repetitions, in the measure's own unit.
    public let mean: Double
    /// The standard deviation over the repetitions, in the same unit; nil after a single one.
    public let standardDeviation: Double?
    /// The largest of all repetitions, in the same unit.
    public let largest: Double
  }

  /// Values by measure; a measure that does not apply is absent.
  public let values: [Measure: Double]
  /// Empty where there is nothing to estimate it from.
  public let floors: [Measure: Floor]
  /// Rows of the two perfect sets; nil without a floor. Where they have fewer effective rows than the sets compared, perfect
  /// samples of full size score less than the floor.
  public let floorCounts: (first: Int, second: Int)?
  /// Effective sample sizes of the perfect sets of the last repetition; nil without a floor.
  public let floorEffectiveSizes: (first: Double, second: Double)?
  /// Rows of each set that the transport distances saw.
  public let transportCount: Int
  /// Rows of each set that the kernel discrepancies saw.
  public let kernelCounts: (first: Int, second: Int)
  /// The differences of means and variances, coordinate by coordinate.
  public let moments: MomentDifference

  /// Compares `sample` with `reference`.
  ///
  /// The same arguments give the same result, whatever the number of threads.
  ///
  /// - Throws: `SetupError` for sets of different dimensions, or options that do not fit them.
  /// - Complexity: `repetitions + 1` times the cost of `KernelDiscrepancy` and `TransportDistance`.
  public init(
    _ sample: SampleSet, _ reference: SampleSet, options: ComparisonOptions = ComparisonOptions()
  ) throws(SetupError) {
    try options.check(sample, reference)
    let subsets = Subsets(options, sample, reference)
    let measured = Self.measure(sample, reference, options: options, subsets, repetition: 0)
    values = measured
    transportCount = subsets.transport
    kernelCounts = (subsets.kernels[0] ?? sample.count, subsets.kernels[1] ?? reference.count)
    moments = MomentDifference(sample, reference)

    var scores: [[Measure: Double]] = []
    var counts: (Int, Int)?
    var sizes: (Double, Double)?
    for repetition in 0..<options.repetitions {
      var generator = ComparisonStream.perfectSets.generator(seed: options.seed, repetition: repetition + 1)
      guard
        let (first, second) = options.floorSource.pair(for: sample, reference, using: &generator)
      else { break }
      counts = (first.count, second.count)
      sizes = (first.effectiveSampleSize, second.effectiveSampleSize)
      scores.append(Self.measure(first, second, options: options, subsets, repetition: repetition + 1))
    }
    floorCounts = counts
    floorEffectiveSizes = sizes
    var floors: [Measure: Floor] = [:]
    for measure in measured.keys {
      let found = scores.compactMap { $0[measure] }
      guard !found.isEmpty else { continue }
      let mean = found.reduce(0, +) / Double(found.count)
      let squares = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      floors[measure] = Floor(
        mean: mean,
        standardDeviation: found.count > 1 ? (squares / Double(found.count - 1)).squareRoot() : nil,
        largest: found.max()!)
    }
    self.floors = floors
  }

  /// How many rows the costly measures see. A floor sees as many as the comparison: it must not be subsampled where that
  /// was not.
  private struct Subsets {
    let transport: Int
    /// How many rows of either set the kernel measure sees; nil for all.
    let kernels: [Int?]

    init(_ options: ComparisonOptions, _ sample: SampleSet, _ reference: SampleSet) {
      transport = min(options.transportSamples, sample.count, reference.count)
      kernels = [sample, reference].map { $0.count > options.kernelSamples ? options.kernelSamples : nil }
    }
  }

  private static func measure(
    _ first: SampleSet, _ second: SampleSet, options: ComparisonOptions, _ subsets: Subsets, repetition: Int
  ) -> [Measure: Double] {
    var values: [Measure: Double] = [:]
    if let columns = options.histogramColumns(dimensions: first.dimensions) {
      values[.totalVariation] = histogramTotalVariation(first, second, columns: columns)
    }

    var generator = ComparisonStream.kernelSubsets.generator(seed: options.seed, repetition: repetition)
    let kernelSets = zip([first, second], subsets.kernels).map { set, count in
      guard let count, set.isWeighted || set.count > count else { return set }
      return set.equallyWeighted(count, using: &generator)
    }
    values[.fixedBandwidthDiscrepancy] = KernelDiscrepancy.fixedBandwidths(kernelSets[0], kernelSets[1])
    if kernelSets.allSatisfy({ $0.effectiveSampleSize > 1.000_001 }) {
      values[.medianBandwidthDiscrepancy] = KernelDiscrepancy.medianBandwidths(kernelSets[0], kernelSets[1])
    }

    if let energy = options.energy {
      let distance = QuantileDistance(energy(first), first.weights, energy(second), second.weights)
      values[.energyFirst] = distance.first
      values[.energySecond] = distance.second
      values[.energySecondSquared] = distance.secondSquared
    }

    generator = ComparisonStream.transportSubsets.generator(seed: options.seed, repetition: repetition)
    // A pool may have fewer rows than the sets.
    let count = [first, second].reduce(subsets.transport) { $1.isWeighted ? $0 : min($0, $1.count) }
    let rows = [first, second].map { $0.equallyWeighted(count, using: &generator) }
    // Two solvers at once while both cost matrices stay below a gigabyte together.
    let distances = ParallelRows.map(2, width: 8 * count * count > 1_000_000_000 ? 1 : 2) { index in
      TransportDistance.between(rows[0], rows[1], order: index == 0 ? .first : .second)
    }
    values[.transportFirst] = distances[0]
    values[.transportSecond] = distances[1]

    let moments = MomentDifference(first, second)
    values[.largestMeanDifference] = moments.largestMean
    values[.largestVarianceDifference] = moments.largestVariance
    return values
  }
}
