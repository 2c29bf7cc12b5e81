import FeynmanKac

/// How the signal of variance-preserving processes falls. A new schedule is a value, its description and a line here.
enum SignalSchedules {
  static let registry = Registry<Void, SignalSchedule>(
    key: "schedule", summary: "How the signal falls.", fallback: "linear",
    kinds: [.init(SignalSchedule.linearKind), .init(SignalSchedule.cosineKind)])
}
