import Libc

/// The Gaussian beside which the log density of a model is carried: the one that was fitted to its scores, at every noise level.
///
/// It has the data's variances in each coordinate, to which the noise's is added.
struct ReferenceGaussian: Sendable {
  /// `[d]`, in data units.
  let mean: [Double]
  /// The data's variances, `[d]`, in squared data units, above 0.
  let variance: [Double]
  /// `D/d`: atoms have no coordinates along their centre of mass.
  private let share: Double

  init(_ fit: ModelGaussian) {
    mean = fit.mean
    variance = fit.dataVariance
    share = fit.share
  }

  /// `Σⱼ −½ log 2π(Sⱼ + v)` over the directions that there are, in nats.
  func logConstant(at level: Double) -> Double {
    variance.reduce(0) { $0 - 0.5 * share * log(2 * .pi * ($1 + level)) }
  }

  /// Writes `log g_v` of every row, in nats.
  func fill(_ logDensities: Rows<Double>, of states: Rows<Float>, at level: Double) {
    let constant = logConstant(at: level)
    for row in 0..<states.count {
      let own = states.row(row)
      var sum = 0.0
      for j in 0..<own.width {
        let distance = Double(own[j]) - mean[j]
        sum += distance * distance / (variance[j] + level)
      }
      logDensities[row] = constant - 0.5 * sum
    }
  }
}
