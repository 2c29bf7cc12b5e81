import FeynmanKac

extension InputScaling {
  /// The states as the network sees them: themselves, or scaled into `scratch`.
  func applied(
    to states: UnsafePointer<Float>, count: Int, at point: NoisePoint, scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    guard self != .none else { return states }
    let factor = Float(factor(signal: point.signal, noise: point.noise))
    for i in 0..<count { scratch[i] = factor * states[i] }
    return UnsafePointer(scratch)
  }
}
