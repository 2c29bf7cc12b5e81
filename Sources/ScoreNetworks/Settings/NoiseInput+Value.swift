import FeynmanKac
import Libc

extension NoiseInput {
  /// The number that stands for the noise.
  ///
  /// - Parameter timesteps: The factor of `timestep`.
  func value(at point: NoisePoint, timesteps: Double) -> Double {
    switch self {
    case .time: point.time
    case .timestep: point.time * timesteps
    case .sigma: point.noise
    case .logSNR: 2 * log(point.signal / point.noise)
    }
  }
}
