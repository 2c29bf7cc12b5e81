import FeynmanKac

/// The two processes whose signal falls by a schedule.
enum VariancePreservingKinds {
  static let variancePreserving: ProcessKind = .init(
    "variance-preserving", "σ² = 1 − α², with α by the schedule.", tag: SignalSchedules.registry.tag
  ) { settings, _ throws(SettingFailure) in
    .init(VariancePreserving(try SignalSchedules.registry.make(settings)))
  }

  static let subVariancePreserving: ProcessKind = .init(
    "sub-variance-preserving", "σ = 1 − α², with α by the schedule.", tag: SignalSchedules.registry.tag
  ) { settings, _ throws(SettingFailure) in
    .init(SubVariancePreserving(try SignalSchedules.registry.make(settings)))
  }
}
