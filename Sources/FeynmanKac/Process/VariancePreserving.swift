/// `σ = √(1 − α²)`: unit-variance data keep unit variance (Ho et al. 2020; Song et al. 2021, §3.4).
public struct VariancePreserving: NoiseProcess {
  public let schedule: SignalSchedule

  public init(_ schedule: SignalSchedule = .linear()) { self.schedule = schedule }

  public func signal(at time: Double) -> Double { schedule.signal(at: time) }
  public func noise(at time: Double) -> Double { schedule.lostSignal(at: time).squareRoot() }
}

extension NoiseProcess where Self == VariancePreserving {
  public static func variancePreserving(_ schedule: SignalSchedule = .linear()) -> Self {
    VariancePreserving(schedule)
  }
}
