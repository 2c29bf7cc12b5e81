/// `σ = √(1 − α²)`: unit-variance data keep unit variance (Ho et al. 2020; Song et al. 2021, §3.4).
public struct VariancePreserving: NoiseProcess {
  /// How the signal falls.
  public let schedule: SignalSchedule

  /// - Parameter schedule: How the signal falls; linear `β` by default.
  public init(_ schedule: SignalSchedule = .linear()) { self.schedule = schedule }

  /// `α(t)` of the schedule, no unit.
  public func signal(at time: Double) -> Double { schedule.signal(at: time) }
  /// `σ(t) = √(1 − α(t)²)`, in data units.
  public func noise(at time: Double) -> Double { schedule.lostSignal(at: time).squareRoot() }
}

extension NoiseProcess where Self == VariancePreserving {
  /// The process by its name, as in `process: .variancePreserving()`.
  public static func variancePreserving(_ schedule: SignalSchedule = .linear()) -> Self {
    VariancePreserving(schedule)
  }
}
