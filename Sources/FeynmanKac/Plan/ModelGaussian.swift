import Libc

/// The Gaussian that a model's scores have at the first level of a path, each coordinate by itself.
///
/// Noise adds to its variances, so that it is known at every level: `S_T − v_T + v`.
struct ModelGaussian: Sendable, Equatable, Codable {
  /// `[d]`, in data units.
  let mean: [Double]
  /// `S_T`, `[d]`, in squared data units. All are the same for atoms, those of any direction that keeps the centre of mass.
  let variance: [Double]
  /// `v_T`, where these are the model's.
  let level: Double
  /// `D/d`: atoms have no coordinates along their centre of mass.
  let share: Double

  /// The variances of the data, `[d]`, in squared data units: what the slopes leave beside the noise. Where noise is large beside the data
  /// that is inexact, so that none is less than a twentieth of the mean over coordinates, nor that less than a ten-thousandth of the noise.
  var dataVariance: [Double] {
    let own = variance.map { max(0, $0 - level) }
    let mean = max(own.reduce(0, +) / Double(own.count), 1e-4 * level)
    return own.map { max($0, 0.05 * mean) }
  }

  /// `Σⱼ −½ log 2πSⱼ` over the directions that there are, in nats.
  var logConstant: Double { variance.reduce(0) { $0 - 0.5 * share * log(2 * .pi * $1) } }
}
