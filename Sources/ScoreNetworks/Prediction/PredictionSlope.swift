import FeynmanKac
import Libc

extension Prediction {
  /// `dF/d(x/σ)` of this prediction's output `F` for Gaussian data of variance `S` per dimension.
  ///
  /// There the score is `−x/(α² S + σ²)` about its mean, and `F` is affine in it:
  /// ```
  /// F = (score − state · x)/output        dF/d(x/σ) = −σ (1/(α² S + σ²) + state)/output
  /// ```
  /// Where the noise is large beside the data, every distribution's score is like that.
  func slope(at point: NoisePoint, dataVariance: Double) -> Double {
    let (state, output) = coefficients(at: point)
    let total = point.signal * point.signal * dataVariance + point.noise * point.noise
    return -point.noise * (1 / total + state) / output
  }

  /// How a config spells it.
  public var name: String {
    switch self {
    case .score: "score"
    case .epsilon: "epsilon"
    case .dataPoint: "x0"
    case .v: "v"
    case .velocity: "velocity"
    case .edm: "edm"
    }
  }

  /// The slope that a trained network's own error may have: a part of how large its outputs are. None for the two that follow
  /// the state whatever the data; the others hardly do where there is only noise, and what is left is error.
  ///
  /// - Parameter spread: The data's standard deviation.
  func unclearSlope(at point: NoisePoint, spread: Double) -> Double {
    switch self {
    case .score, .epsilon: 0
    case .dataPoint: 0.15 * spread
    case .v: 0.15 * hypot(point.signal, point.noise * spread)
    case .velocity: 0.15 * hypot(point.noiseRate, point.signalRate * spread)
    case .edm: 0.25
    }
  }

  /// The output is a multiple of the state's noise, whatever the data are.
  var followsTheState: Bool { self == .score || self == .epsilon }
}
