import FeynmanKac
import Foundation

/// The JSON that `fkc compare` prints.
struct ComparisonReport: Encodable {
  struct Samples: Encodable {
    let path: String
    let count: Int
    let dimensions: Int
    let effectiveSampleSize: Double
    let mean: [Double]
    let variance: [Double]

    init(path: String, set: SampleSet) {
      self.path = path
      count = set.count
      dimensions = set.dimensions
      effectiveSampleSize = set.effectiveSampleSize
      mean = set.mean
      variance = set.variance
    }
  }

  private enum Key: String, CodingKey {
    case schemaVersion, a, b, seed, metrics, meanDifference, varianceDifference, floor, transportSamples
    case kernelSamples, method, samples, repetitions, value, floorMean, floorStandardDeviation
  }

  private struct MeasureKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ measure: SampleComparison.Measure) { stringValue = measure.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  let a: Samples
  let b: Samples
  let seed: UInt64
  let floorMethod: String
  let floorRepetitions: Int
  let comparison: SampleComparison

  func encode(to encoder: any Encoder) throws {
    var top = encoder.container(keyedBy: Key.self)
    try top.encode(1, forKey: .schemaVersion)
    try top.encode(a, forKey: .a)
    try top.encode(b, forKey: .b)
    try top.encode(seed, forKey: .seed)
    try top.encode(comparison.transportCount, forKey: .transportSamples)
    try top.encode([comparison.kernelCounts.first, comparison.kernelCounts.second], forKey: .kernelSamples)
    try top.encode(comparison.moments.mean.map(finite), forKey: .meanDifference)
    try top.encode(comparison.moments.variance.map(finite), forKey: .varianceDifference)
    if let counts = comparison.floorCounts {
      var floor = top.nestedContainer(keyedBy: Key.self, forKey: .floor)
      try floor.encode(floorMethod, forKey: .method)
      try floor.encode([counts.first, counts.second], forKey: .samples)
      try floor.encode(floorRepetitions, forKey: .repetitions)
    } else {
      try top.encodeNil(forKey: .floor)
    }
    var metrics = top.nestedContainer(keyedBy: MeasureKey.self, forKey: .metrics)
    for measure in SampleComparison.Measure.allCases {
      guard let value = comparison.values[measure] else {
        try metrics.encodeNil(forKey: MeasureKey(measure))
        continue
      }
      var metric = metrics.nestedContainer(keyedBy: Key.self, forKey: MeasureKey(measure))
      try metric.encode(finite(value), forKey: .value)
      try metric.encode(finite(comparison.floors[measure]?.mean), forKey: .floorMean)
      try metric.encode(
        finite(comparison.floors[measure]?.standardDeviation), forKey: .floorStandardDeviation)
    }
  }

  /// JSON has no infinities.
  private func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
