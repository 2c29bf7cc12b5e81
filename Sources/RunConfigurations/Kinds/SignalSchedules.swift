import FeynmanKac

typealias SignalScheduleKind = Kind<Void, SignalSchedule>

/// How the signal of variance-preserving processes falls. A new schedule is a value and a line here.
enum SignalSchedules {
  static let registry = Registry<Void, SignalSchedule>(
    key: "schedule", summary: "How the signal falls.", fallback: "linear", kinds: [linear, cosine])

  /// The numbers of a schedule, in the order of its keys.
  private static func numbers(_ schedule: SignalSchedule) -> [Double] {
    switch schedule {
    case .linear(let betaMin, let betaMax): [betaMin, betaMax]
    case .cosine(let offset): [offset]
    }
  }

  private static let standardLinear = numbers(.linear())
  private static let betaMin = Key(
    "beta_min", .number(.nonNegative), .byDefault(standardLinear[0]), "β at t = 0.")
  private static let betaMax = Key(
    "beta_max", .number(.positive), .byDefault(standardLinear[1]), "β at t = 1.")

  private static let linear: SignalScheduleKind = .init(
    "linear", "α = exp(−½∫β), with β linear in t.", keys: [betaMin, betaMax]
  ) { settings, _ throws(SettingFailure) in
    let range = try settings.ascending(betaMin, betaMax, mayBeEqual: true)
    return .linear(betaMin: range.low, betaMax: range.high)
  }

  private static let offset = Key(
    "offset", .number(.nonNegative), .byDefault(numbers(.cosine())[0]), "s of the cosine schedule.")

  private static let cosine: SignalScheduleKind = .init(
    "cosine", "α = cos(½π(t+s)/(1+s)) / cos(½πs/(1+s)).", keys: [offset]
  ) { settings, _ throws(SettingFailure) in
    .cosine(offset: try offset.value(in: settings))
  }
}
