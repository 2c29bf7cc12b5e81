/// `σ = 1 − α²`: less noise than the variance-preserving process at every time (Song et al. 2021, §3.4).
public struct SubVariancePreserving: NoiseProcess {
  /// How the signal falls.
  public let schedule: SignalSchedule

  /// - Parameter schedule: How the signal falls; linear `β` by default.
  public init(_ schedule: SignalSchedule = .linear()) { self.schedule = schedule }

  public func signal(at time: Double) -> Double { schedule.signal(at: time) }
  public func noise(at time: Double) -> Double { schedule.lostSignal(at: time) }
}

extension NoiseProcess where Self == SubVariancePreserving {
  /// As `process: .subVariancePreserving()`.
  public static func subVariancePreserving(_ schedule: SignalSchedule = .linear()) -> Self {
    SubVariancePreserving(schedule)
  }
}
