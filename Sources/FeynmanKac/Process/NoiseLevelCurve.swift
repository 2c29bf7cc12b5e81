import Libc

/// The way of a table from data to noise, `σ/α` at any `t`, without what both are multiplied by.
///
/// `log (σ/α)²` is a monotone cubic between the entries where it is finite: in `t`, or in `log t` for a table that begins
/// without noise, `−log(1 − t)` for one that ends without signal, and the sum of both for one that does either. In these a
/// power of the time from such an end is a straight line, and the line next to the end goes on to it. Flow matching, whose
/// `σ/α` is `t/(1 − t)`, is one straight line.
struct NoiseLevelCurve: Sendable {
  /// A direction in the plane of signal and noise.
  struct Direction {
    /// `α/√(α² + σ²)`
    let signal: Double
    /// `σ/√(α² + σ²)`
    let noise: Double
    /// The derivative of the angle from the axis of the signal, in radians per unit time, above 0.
    let rate: Double
  }

  private var logLevels: MonotoneCubic
  private let beginsWithoutNoise: Bool
  private let endsWithoutSignal: Bool

  /// The fewest entries of a table that have both signal and noise.
  static let fewestEntries = 3
  /// Nearer to an infinite end rates are as they are here: a power of the time may have none there.
  private static let nearestToEnd = 1e-12

  /// - Parameters:
  ///   - times: Rising from 0 to 1.
  ///   - signals: As many.
  ///   - noises: As many; `noises/signals` rises strictly, from 0 or more to a number or infinity. At least
  ///     ``fewestEntries`` are in between.
  init(times: [Double], signals: [Double], noises: [Double]) {
    let last = times.count - 1
    let (begins, ends) = (noises[0] == 0, signals[last] == 0)
    let inner = (begins ? 1 : 0)...(ends ? last - 1 : last)
    beginsWithoutNoise = begins
    endsWithoutSignal = ends
    logLevels = MonotoneCubic(
      times[inner].map { Self.coordinate($0, begins, ends).value },
      inner.map { 2 * (log(noises[$0]) - log(signals[$0])) })
    // A velocity says nothing where the path stands still, nor does a line that goes on from there.
    let node = logLevels.nodes.count - 1
    logLevels.setSlope(max(logLevels.slopes[0], 0.5 * logLevels.secant(0)), at: 0)
    logLevels.setSlope(max(logLevels.slopes[node], 0.5 * logLevels.secant(node - 1)), at: node)
  }

  /// The direction at a time from 0 to 1.
  func direction(at time: Double) -> Direction {
    let inside = min(
      max(time, beginsWithoutNoise ? Self.nearestToEnd : 0), endsWithoutSignal ? 1 - Self.nearestToEnd : 1)
    let inner = logLevel(at: inside)
    if beginsWithoutNoise, time == 0 { return Direction(signal: 1, noise: 0, rate: inner.rate) }
    if endsWithoutSignal, time == 1 { return Direction(signal: 0, noise: 1, rate: inner.rate) }
    let ratio = exp(0.5 * (time == inside ? inner.value : logLevel(at: time).value))
    let signal = 1 / hypot(1, ratio)
    return Direction(signal: signal, noise: ratio * signal, rate: inner.rate)
  }

  /// `log (σ/α)²` and the derivative of the angle.
  private func logLevel(at time: Double) -> (value: Double, rate: Double) {
    let coordinate = Self.coordinate(time, beginsWithoutNoise, endsWithoutSignal)
    let level = logLevels.point(at: coordinate.value)
    let ratio = exp(0.5 * level.value)
    return (level.value, 0.5 * level.slope * coordinate.rate * ratio / (1 + ratio * ratio))
  }

  /// What the level is a cubic in, and its derivative.
  private static func coordinate(
    _ time: Double, _ beginsWithoutNoise: Bool, _ endsWithoutSignal: Bool
  ) -> (value: Double, rate: Double) {
    switch (beginsWithoutNoise, endsWithoutSignal) {
    case (false, false): (time, 1)
    case (true, false): (log(time), 1 / time)
    case (false, true): (-log1p(-time), 1 / (1 - time))
    case (true, true): (log(time) - log1p(-time), 1 / (time * (1 - time)))
    }
  }
}
