import FeynmanKac
import RunConfigurations

/// The JSON that `fkc compare` prints.
struct ComparisonReport {
  let a: (path: String, set: SampleSet)
  let b: (path: String, set: SampleSet)
  let seed: UInt64
  /// What the energies come from; nil without energies.
  let energyModel: String?
  let floorMethod: String
  let floorRepetitions: Int
  let comparison: SampleComparison
  /// log Z of both, in nats; nil for files and for runs without weights.
  let normalizers: (a: StoredNormalizer?, b: StoredNormalizer?)

  var json: JSONText {
    .object([
      ("schema_version", .count(1)),
      ("a", samples(a)),
      ("b", samples(b)),
      ("seed", .wholeNumber(seed)),
      ("energy_model", energyModel.map { .text($0) } ?? .null),
      ("transport_samples", .count(comparison.transportCount)),
      (
        "kernel_samples",
        .list([.count(comparison.kernelCounts.first), .count(comparison.kernelCounts.second)])
      ),
      ("floor", floor),
      ("metrics", .object(SampleComparison.Measure.allCases.map { ($0.rawValue, metric($0)) })),
      ("log_normalizer_difference", difference),
      ("mean_difference", .list(comparison.moments.mean.map { .figure($0) })),
      ("variance_difference", .list(comparison.moments.variance.map { .figure($0) })),
    ])
  }

  /// log Z of A less that of B, as of independent runs; null where one of them has none.
  private var difference: JSONText {
    guard let a = normalizers.a, let b = normalizers.b else { return .null }
    let difference = a.less(b)
    return .object([
      ("value", .figure(difference.value)), ("standard_error", .figure(difference.standardError)),
    ])
  }

  private func samples(_ samples: (path: String, set: SampleSet)) -> JSONText {
    .object([
      ("path", .text(samples.path)),
      ("samples", .count(samples.set.count)),
      ("dimensions", .count(samples.set.dimensions)),
      ("effective_sample_size", .figure(samples.set.effectiveSampleSize)),
      ("mean", .list(samples.set.mean.map { .figure($0) })),
      ("variance", .list(samples.set.variance.map { .figure($0) })),
    ])
  }

  /// How the perfect samples were made.
  private var floor: JSONText {
    guard let counts = comparison.floorCounts, let sizes = comparison.floorEffectiveSizes else {
      return .null
    }
    return .object([
      ("method", .text(floorMethod)),
      ("samples", .list([.count(counts.first), .count(counts.second)])),
      ("effective_sample_sizes", .list([.figure(sizes.first), .figure(sizes.second)])),
      ("repetitions", .count(floorRepetitions)),
    ])
  }

  private func metric(_ measure: SampleComparison.Measure) -> JSONText {
    guard let value = comparison.values[measure] else { return .null }
    let floor = comparison.floors[measure]
    return .object([
      ("value", .figure(value)),
      ("floor_mean", .figure(floor?.mean)),
      ("floor_standard_deviation", .figure(floor?.standardDeviation)),
      ("floor_largest", .figure(floor?.largest)),
    ])
  }
}
