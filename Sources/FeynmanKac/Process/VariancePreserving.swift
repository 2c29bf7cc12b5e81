/// `σ = √(1 − α²)`: unit-variance data keep unit variance (Ho et al. 2020; Song et al. 2021, §3.4).
public struct VariancePreserving: NoiseProcess {
  /// How the signal falls.
  public let schedule: SignalSchedule

  /// - Parameter schedule: How the signal falls; linear `β` by default.
  public init(_ schedule: SignalSchedule = .linear()) { self.schedule = schedule }

  public func signal(at time: Double) -> Double { schedule.signal(at: time) }
  public func noise(at time: Double) -> Double { schedule.lostSignal(at: time).squareRoot() }
}

extension NoiseProcess where Self == VariancePreserving {
  /// As `process: .variancePreserving()`.
  public static func variancePreserving(_ schedule: SignalSchedule = .linear()) -> Self {
    VariancePreserving(schedule)
  }
}
