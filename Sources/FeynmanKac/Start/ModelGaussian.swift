import Foundation

/// The Gaussian that a model's scores have at the first level of a path, each coordinate by itself.
///
/// Noise adds to its variances, so that it is known at every level: `S_T − v_T + v`.
struct ModelGaussian: Sendable, Equatable {
  /// `[d]`, in data units.
  let mean: [Double]
  /// `S_T`, `[d]`, in squared data units. All are the same for atoms, those of any direction that keeps the centre of mass.
  let variance: [Double]
  /// `v_T`, where these are the model's.
  let level: Double
  /// `D/d`: atoms have no coordinates along their centre of mass.
  let share: Double

  /// `S` at another noise level, `[d]`; below the data's finest structure it need not be above 0.
  func variance(at level: Double) -> [Double] { variance.map { $0 - self.level + level } }

  /// `Σⱼ −½ log 2πSⱼ` over the directions that there are, in nats.
  var logConstant: Double { variance.reduce(0) { $0 - 0.5 * share * log(2 * .pi * $1) } }

  /// `Σⱼ −½ (yⱼ − mⱼ)²/Sⱼ` of a row of `[d]` floats, in nats.
  func logShape(_ row: Rows<Float>) -> Double {
    var sum = 0.0
    for j in mean.indices {
      let distance = Double(row[j]) - mean[j]
      sum += distance * distance / variance[j]
    }
    return -0.5 * sum
  }
}
