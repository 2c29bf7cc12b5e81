import Libc

/// A process that is known by its `α` and `σ` at some times, such as that of a DDPM, and interpolated in between.
///
/// Entry `k` of `K` stands at `t = k/(K − 1)` where no times are given. So a model that was trained at the timesteps `0 … K − 1` is
/// asked at timestep `t (K − 1)`, which is `k` at the levels of the table and a fraction between them.
///
/// `log (σ/α)²` is a monotone cubic in `t`, once differentiable (Steffen 1990), so that velocities are known too. A table may begin with
/// `σ = 0` and end with `α = 0`, as those of ``FlowMatching`` do: next to such an end `σ/α` is a power of the time from it, and a path runs
/// from ``Sampler/maximumNoiseLevel`` or to ``Sampler/minimumNoiseLevel``, as everywhere. `α` follows from `σ/α` where `α² + σ² = 1` within
/// 1e-6 in every entry. Elsewhere `log α` is interpolated in the same way or, in a table that ends without signal, `log (α² + σ²)`.
public struct TabulatedProcess: NoiseProcess {
  /// `t` of the entries, rising from 0 (data) to 1 (noise).
  public let times: [Double]
  /// `α` of the entries from data to noise, no unit.
  public let signals: [Double]
  /// `σ` of the entries from data to noise, in data units.
  public let noises: [Double]
  /// What the times of models are counted from.
  public let timeZero: TimeZero

  private let curve: NoiseLevelCurve
  private let size: Size

  /// What the direction of `(α, σ)` is multiplied by.
  private enum Size: Sendable {
    /// `α² + σ² = 1`.
    case unit
    /// `log α` is known.
    case signal(MonotoneCubic)
    /// `½ log (α² + σ²)` is known.
    case length(MonotoneCubic)
  }

  /// How far `α² + σ²` may be from 1 in a table of float32 that is variance-preserving.
  private static let unitTolerance = 1e-6
  /// The largest `|log (σ/α)²|`, at which no square overflows yet.
  private static let largestLogLevel = 600.0

  /// Takes a table of `α` and `σ`.
  ///
  /// - Parameters:
  ///   - signal: `α` of the entries, no unit, not negative.
  ///   - noise: `σ` of the entries, as many, in data units, not negative. `σ/α` rises strictly with the entries, or falls where
  ///     `timeZero` is the noise.
  ///   - times: `t` of the entries as models count it, rising strictly from 0 to 1; equally spaced where nil.
  ///   - timeZero: Where the table and the time of models begin.
  /// - Throws: `SetupError` naming `signal`, `noise` or `times`, with the index of the entry at fault, counted from 0, and its values.
  public init(
    signal: [Double], noise: [Double], times: [Double]? = nil, timeZero: TimeZero = .data
  ) throws {
    guard signal.count == noise.count else {
      throw SetupError("noise", "has \(noise.count) entries and `signal` \(signal.count); give as many")
    }
    try Self.checkNumbers(signal, "signal")
    try Self.checkNumbers(noise, "noise")
    try self.init(signal, noise, times, timeZero, stated: "noise")
  }

  /// - Parameter setting: What a table that does not rise is a fault of.
  init(
    _ signal: [Double], _ noise: [Double], _ times: [Double]?, _ timeZero: TimeZero, stated setting: String
  ) throws {
    try Self.checkLevels(signal, noise, timeZero, setting)
    let last = Double(signal.count - 1)
    let given = try times.map { times in
      try Self.checkTimes(times, count: signal.count)
      return times
    }
    let times = given ?? signal.indices.map { Double($0) / last }
    let isReversed = timeZero == .noise
    self.times = isReversed ? times.reversed().map { 1 - $0 } : times
    signals = isReversed ? signal.reversed() : signal
    noises = isReversed ? noise.reversed() : noise
    self.timeZero = timeZero
    curve = NoiseLevelCurve(times: self.times, signals: signals, noises: noises)
    let squares = zip(signals, noises).map { $0 * $0 + $1 * $1 }
    if squares.allSatisfy({ abs($0 - 1) <= Self.unitTolerance }) {
      size = .unit
    } else if signals[signals.count - 1] > 0 {
      size = .signal(MonotoneCubic(self.times, signals.map { log($0) }))
    } else {
      size = .length(MonotoneCubic(self.times, zip(signals, noises).map { log(hypot($0, $1)) }))
    }
  }

  // MARK: - Values

  /// `α(t)`, no unit.
  public func signal(at time: Double) -> Double { values(at: time).signal }
  /// `σ(t)`, in data units.
  public func noise(at time: Double) -> Double { values(at: time).noise }
  /// `dα/dt` of the interpolation, exactly, no unit.
  public func signalRate(at time: Double) -> Double { values(at: time).signalRate }
  /// `dσ/dt` of the interpolation, exactly, in data units.
  public func noiseRate(at time: Double) -> Double { values(at: time).noiseRate }

  private func values(
    at time: Double
  ) -> (signal: Double, noise: Double, signalRate: Double, noiseRate: Double) {
    let time = min(max(time, 0), 1)
    let direction = curve.direction(at: time)
    let (cosine, sine, rate) = (direction.signal, direction.noise, direction.rate)
    switch size {
    case .unit: return (cosine, sine, -sine * rate, cosine * rate)
    case .signal(let curve):
      let logSignal = curve.point(at: time)
      let signal = exp(logSignal.value)
      let noise = signal * sine / cosine
      return (
        signal, noise, signal * logSignal.slope,
        noise * logSignal.slope + signal * rate / (cosine * cosine)
      )
    case .length(let curve):
      let logLength = curve.point(at: time)
      let length = exp(logLength.value)
      return (
        length * cosine, length * sine, length * (logLength.slope * cosine - sine * rate),
        length * (logLength.slope * sine + cosine * rate)
      )
    }
  }
}

// MARK: - Checks

extension TabulatedProcess {
  private static func checkNumbers(_ values: [Double], _ setting: String) throws {
    for (index, value) in values.enumerated() where !(value >= 0 && value.isFinite) {
      throw SetupError(setting, "is \(value) at entry \(index), counted from 0; give numbers of at least 0")
    }
  }

  private static func checkTimes(_ times: [Double], count: Int) throws {
    guard times.count == count else {
      throw SetupError("times", "has \(times.count) entries, the table \(count); give as many")
    }
    for (index, pair) in zip(times, times.dropFirst()).enumerated() where !(pair.1 - pair.0 >= 1e-9) {
      throw SetupError(
        "times",
        "must rise, by 1e-9 or more, and is \(pair.0) at entry \(index) and \(pair.1) at entry \(index + 1), counted from 0"
      )
    }
    guard times[0] == 0, times[count - 1] == 1 else {
      throw SetupError(
        "times",
        "runs from \(times[0]) to \(times[count - 1]); give the whole way from 0 to 1, of which a run may take a part"
      )
    }
  }

  /// Whether the noise level rises strictly from data to noise, in the entries' own order.
  private static func checkLevels(
    _ signal: [Double], _ noise: [Double], _ timeZero: TimeZero, _ setting: String
  ) throws {
    if let index = zip(signal, noise).enumerated().first(where: { $1.0 == 0 && $1.1 == 0 })?.offset {
      throw SetupError(setting, "entry \(index), counted from 0, has neither signal nor noise")
    }
    // As the curve has them; infinite for one of them alone.
    let levels = zip(signal, noise).map { 2 * (log($1) - log($0)) }
    func level(_ index: Int) -> String {
      let ratio = noise[index] / signal[index]
      return "\(ratio * ratio) at entry \(index)"
    }
    let pairs = Array(zip(levels, levels.dropFirst()))
    let rises = timeZero == .data
    if let index = pairs.firstIndex(where: { rises ? !($0 < $1) : !($0 > $1) }) {
      let advice =
        rises
        ? "; a table that begins at the noise has `timeZero: .noise`"
        : "; a table that begins at the data has `timeZero: .data`"
      let isOther = pairs.allSatisfy { rises ? $0 > $1 : $0 < $1 }
      throw SetupError(
        setting,
        "(σ/α)² must \(rises ? "rise" : "fall") strictly, and is \(level(index)) and \(level(index + 1)), counted from 0"
          + (isOther ? advice : ""))
    }
    if let index = levels.firstIndex(where: { $0.isFinite && abs($0) > largestLogLevel }) {
      throw SetupError(
        setting, "(σ/α)² is \(level(index)), counted from 0; give 0, 1e-260 to 1e260, or infinity")
    }
    let inner = levels.count { $0.isFinite }
    guard inner >= NoiseLevelCurve.fewestEntries else {
      throw SetupError(
        setting,
        "\(inner) of \(levels.count) entries have both signal and noise; give at least \(NoiseLevelCurve.fewestEntries)"
      )
    }
  }
}
