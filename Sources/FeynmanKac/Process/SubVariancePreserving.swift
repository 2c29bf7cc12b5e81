/// `σ = 1 − α²`: less noise than the variance-preserving process at every time (Song et al. 2021, §3.4).
public struct SubVariancePreserving: NoiseProcess {
  /// How the signal falls.
  public let schedule: SignalSchedule

  /// - Parameter schedule: How the signal falls; linear `β` by default.
  public init(_ schedule: SignalSchedule = .linear()) { self.schedule = schedule }

  /// `α(t)` of the schedule, no unit.
  public func signal(at time: Double) -> Double { schedule.signal(at: time) }
  /// `σ(t) = 1 − α(t)²`, in data units.
  public func noise(at time: Double) -> Double { schedule.lostSignal(at: time) }
}

extension NoiseProcess where Self == SubVariancePreserving {
  /// The process by its name, as in `process: .subVariancePreserving()`.
  public static func subVariancePreserving(_ schedule: SignalSchedule = .linear()) -> Self {
    SubVariancePreserving(schedule)
  }
}
