import FeynmanKac
import Foundation

/// A mixture whose coordinates a reflection mixes, so that all are correlated, and which knows its score alone. Integrals are those of the mixture.
struct ReflectedMixture: ScoreModel {
  let model: GaussianMixture
  private let axis: [Double]
  var dimensions: Int { model.dimensions }

  init(_ model: GaussianMixture) {
    self.model = model
    let direction = (0..<model.dimensions).map { 1 + 0.3 * Double($0 % 4) }
    let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    axis = direction.map { $0 / norm }
  }

  func reflected(_ values: [Double]) -> [Double] {
    let product = 2 * zip(values, axis).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(values, axis).map { $0 - product * $1 }
  }

  func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    let count = batch.count * dimensions
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { states in
      _ = states.initialize(from: UnsafeBufferPointer(start: batch.states, count: count))
      reflect(states.baseAddress!, rows: batch.count)
      model.evaluate(
        ScoreBatch(
          count: batch.count, dimensions: dimensions, states: states.baseAddress!, scores: batch.scores,
          workspace: batch.workspace), at: point)
      reflect(batch.scores, rows: batch.count)
    }
  }

  private func reflect(_ values: UnsafeMutablePointer<Float>, rows: Int) {
    let d = dimensions
    for row in 0..<rows {
      var product = 0.0
      for j in 0..<d { product += 2 * axis[j] * Double(values[row * d + j]) }
      for j in 0..<d { values[row * d + j] -= Float(product * axis[j]) }
    }
  }

  /// The variance of a coordinate, of a Gaussian's.
  func variance(of coordinate: Int) -> Double {
    let unit = (0..<dimensions).map { $0 == coordinate ? 1.0 : 0 }
    return zip(reflected(unit), model.standardDeviations[0]).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }
  }
}
