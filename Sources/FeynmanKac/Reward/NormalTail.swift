import Libc

/// `log Φ(z)` of the standard normal distribution, and its slope, for any `z`.
struct NormalTail {
  let logProbability: Double
  /// `φ(z)/Φ(z)`.
  let slope: Double

  /// Below this `Φ` comes from its asymptotic series, whose first term left out is under 1e-8 there.
  private static let far = -30.0

  init(at z: Double) {
    guard z < Self.far else {
      logProbability = log(0.5 * erfc(-z / 2.0.squareRoot()))
      slope = exp(-0.5 * z * z - 0.5 * log(2 * .pi) - logProbability)
      return
    }
    // Φ(z) = φ(z)/|z| · (1 − 1/z² + 3/z⁴ − …).
    let square = 1 / (z * z)
    let series = 1 - square + 3 * square * square
    logProbability = -0.5 * z * z - log(-z) - 0.5 * log(2 * .pi) + log(series)
    slope = -z / series
  }
}
