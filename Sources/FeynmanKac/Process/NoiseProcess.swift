/// A Gaussian path from data to noise: `x_t = α(t) x₀ + σ(t) ε`, with `t` from 0 (data) to 1 (noise).
///
/// Laws: `σ(t)/α(t)` rises strictly with `t`; `α(t) ≥ 0`; `σ(t) ≥ 0`. Everything else follows from the two
/// requirements, because the sampler works in `y = x/α` and `v = (σ/α)²`, where all such paths are one.
public protocol NoiseProcess: Sendable {
  /// `α(t)`, no unit.
  func signal(at time: Double) -> Double
  /// `σ(t)`, in data units.
  func noise(at time: Double) -> Double
  /// `dα/dt`, which models that answer with a velocity need; a difference quotient where a process does not say.
  func signalRate(at time: Double) -> Double
  /// `dσ/dt`, as above, in data units.
  func noiseRate(at time: Double) -> Double
  /// Where models of this process count `t` from; the data where a process does not say.
  var timeZero: TimeZero { get }
}

extension NoiseProcess {
  /// `v(t) = (σ/α)²`, in squared data units; infinite where `α = 0`.
  public func noiseLevel(at time: Double) -> Double {
    let signal = signal(at: time)
    guard signal > 0 else { return .infinity }
    let ratio = noise(at: time) / signal
    return ratio * ratio
  }

  /// The noise levels that the process covers, `v(0)...v(1)`.
  public var noiseLevels: ClosedRange<Double> { noiseLevel(at: 0)...noiseLevel(at: 1) }

  /// The time at which the noise level is `v`, by bisection to the last bit; 0 or 1 for levels outside the path.
  public func time(atNoiseLevel level: Double) -> Double {
    var low = 0.0
    var high = 1.0
    if level <= noiseLevel(at: low) { return low }
    if level >= noiseLevel(at: high) { return high }
    while true {
      let middle = 0.5 * (low + high)
      guard middle > low, middle < high else { return middle }
      if noiseLevel(at: middle) < level { low = middle } else { high = middle }
    }
  }

  /// The point of this process at noise level `v`.
  public func point(atNoiseLevel level: Double) -> NoisePoint {
    let time = time(atNoiseLevel: level)
    let signal = signal(at: time)
    // Where α = 0, so that no level is exact, σ is the process's own.
    return point(
      at: time, signal: signal, noise: signal > 0 ? signal * level.squareRoot() : noise(at: time))
  }

  /// The point of this process at time `t`.
  public func point(at time: Double) -> NoisePoint {
    point(at: time, signal: signal(at: time), noise: noise(at: time))
  }

  /// A point in the time of this process's models.
  private func point(at time: Double, signal: Double, noise: Double) -> NoisePoint {
    switch timeZero {
    case .data:
      NoisePoint(
        time: time, signal: signal, noise: noise, signalRate: signalRate(at: time),
        noiseRate: noiseRate(at: time))
    case .noise:
      NoisePoint(
        time: 1 - time, signal: signal, noise: noise, signalRate: -signalRate(at: time),
        noiseRate: -noiseRate(at: time))
    }
  }

  /// The data.
  public var timeZero: TimeZero { .data }

  /// A difference quotient of `α` over 2·10⁻⁶ in `t`, for a process that does not say its rate.
  public func signalRate(at time: Double) -> Double { Self.rate(at: time, of: signal) }
  /// A difference quotient of `σ` over 2·10⁻⁶ in `t`, for a process that does not say its rate, in data units.
  public func noiseRate(at time: Double) -> Double { Self.rate(at: time, of: noise) }

  /// A central difference inside [0, 1], one-sided at its ends.
  package static func rate(at time: Double, of value: (Double) -> Double) -> Double {
    let early = max(time - 1e-6, 0)
    let late = min(time + 1e-6, 1)
    return (value(late) - value(early)) / (late - early)
  }
}

/// One point of a process: how much of the data is left and how much noise was added.
public struct NoisePoint: Sendable, Equatable {
  /// `t` as models of the process count it: from 0 (data) to 1 (noise), or the other way (``NoiseProcess/timeZero``).
  public let time: Double
  /// `α(t)`, no unit.
  public let signal: Double
  /// `σ(t)`, in data units.
  public let noise: Double
  /// `dα/dt` in the time of models, no unit; 0 where it was not stated.
  public let signalRate: Double
  /// `dσ/dt` in the time of models, in data units; 0 where it was not stated.
  public let noiseRate: Double

  /// Values for all properties.
  public init(
    time: Double, signal: Double, noise: Double, signalRate: Double = 0, noiseRate: Double = 0
  ) {
    self.time = time
    self.signal = signal
    self.noise = noise
    self.signalRate = signalRate
    self.noiseRate = noiseRate
  }

  /// `v = (σ/α)²`, in squared data units.
  public var level: Double {
    let ratio = noise / signal
    return ratio * ratio
  }
}
