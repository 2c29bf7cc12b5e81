/// What the output `F` of a pretrained network stands for, and how it becomes a score.
///
/// With `x_t = α x₀ + σ ε` every parametrisation in use is affine in the score:
/// ```
/// ∇ log q_t(x) = state(t) · x + output(t) · F(x, t)
/// ```
/// so that one conversion, made here, serves networks of every kind.
public enum Prediction: Sendable, Equatable {
  /// `F = ∇_x log q_t(x)`.
  case score
  /// `F = E[ε | x] = −σ ∇_x log q_t(x)` (Ho et al. 2020).
  case epsilon
  /// `F = E[x₀ | x]`, in data units.
  case dataPoint
  /// `F = α ε − σ x₀` (Salimans & Ho 2022, §4).
  case v
  /// `F = α̇ x₀ + σ̇ ε`, the velocity of flow matching (Lipman et al. 2023), with `t` from data to noise.
  case velocity
  /// `E[x₀ | x] = c_skip y + c_out F` with `y = x/α`, `v = (σ/α)²`, `c_skip = s²/(v+s²)` and `c_out = s √(v/(v+s²))`
  /// (Karras et al. 2022, Table 1).
  case edm(dataStandardDeviation: Double)

  /// The factors of `x` and of the network's output in the score.
  ///
  /// Not finite where the parametrisation says nothing of the score: at `σ = 0`, and for all but `score`, `epsilon` and
  /// `velocity` near `α = 0`, where they lose digits. `velocity` needs the point's rates.
  public func coefficients(at point: NoisePoint) -> (state: Double, output: Double) {
    let signal = point.signal
    let noise = point.noise
    switch self {
    case .score: return (0, 1)
    case .epsilon: return (0, -1 / noise)
    case .dataPoint: return (-1 / (noise * noise), signal / (noise * noise))
    case .v:
      // ε = (σ x + α F)/(α² + σ²)
      let total = signal * signal + noise * noise
      return (-1 / total, -signal / (noise * total))
    case .velocity:
      // ε = (α F − α̇ x)/(α σ̇ − α̇ σ)
      let speed = noise * (signal * point.noiseRate - point.signalRate * noise)
      return (point.signalRate / speed, -signal / speed)
    case .edm(let spread):
      // α(c_skip x/α + c_out F) − x, over σ²; with α²(v + s²) = σ² + α² s².
      let total = noise * noise + signal * signal * spread * spread
      return (-1 / total, signal * spread / (noise * total.squareRoot()))
    }
  }
}
