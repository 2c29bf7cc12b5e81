import FeynmanKac
import Foundation

/// Mean, spread and standard error of figures over repeated runs.
struct Repeated {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  var mean: Double { values.reduce(0, +) / Double(values.count) }
  var standardDeviation: Double {
    let center = mean
    return (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1)).squareRoot()
  }
  var standardError: Double { standardDeviation / Double(values.count).squareRoot() }
  var rootMeanSquare: Double { (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot() }
}

extension Sampler {
  func runs(_ seeds: Range<UInt64>, particles: Int, islands: Int = 1) throws -> [RunResult] {
    try seeds.map { try run(particles: particles, islands: islands, seed: $0) }
  }
}

extension RunResult {
  /// The smallest sample of the first coordinate below which the given share of the weight lies.
  func weightedQuantile(_ level: Double) -> Double {
    let order = (0..<particles).sorted { samples[$0 * dimensions] < samples[$1 * dimensions] }
    var share = 0.0
    for particle in order {
      share += exp(logWeights[particle])
      if share >= level { return Double(samples[particle * dimensions]) }
    }
    return Double(samples[order.last! * dimensions])
  }
}
