import FeynmanKac
import Foundation

/// Scores alone, of a Gaussian whose coordinates differ, times a factor that no Gaussian has below 0.
struct GaussianScores: ScoreModel {
  let mean: [Double]
  let variance: [Double]
  var factor = 1.0
  var batching = Batching.blocks
  var dataStandardDeviation: Double? = nil
  var dimensions: Int { mean.count }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    for row in 0..<batch.count {
      for j in mean.indices {
        let own = point.signal * point.signal * variance[j] + point.noise * point.noise
        let index = row * mean.count + j
        batch.scores[index] = Float(factor * (point.signal * mean[j] - Double(batch.states[index])) / own)
      }
    }
  }

  /// `log ∫ Π qᵢ^aᵢ` of noised Gaussians, in `y` coordinates.
  static func logNormalizer(_ terms: [(model: GaussianScores, exponent: Double)], level: Double) -> Double {
    (0..<terms[0].model.mean.count).reduce(0) { total, j in
      var (precision, weighted, constant) = (0.0, 0.0, 0.0)
      for (model, a) in terms {
        let s = model.variance[j] + level
        precision += a / s
        weighted += a * model.mean[j] / s
        constant -= 0.5 * a * (log(2 * .pi * s) + model.mean[j] * model.mean[j] / s)
      }
      return total + constant + 0.5 * (weighted * weighted / precision + log(2 * .pi / precision))
    }
  }
}

/// `N(0, s²)` on the `3(n−1)` directions that keep the centre of mass, by scores that have a part along it besides.
struct ClusterScores: ScoreModel {
  let count = 4
  let variance = 1.69
  var dimensions: Int { 3 * count }
  var atoms: Int? { count }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    let own = Float(point.signal * point.signal * variance + point.noise * point.noise)
    for i in 0..<batch.count * dimensions { batch.scores[i] = 0.3 - batch.states[i] / own }
  }
}
