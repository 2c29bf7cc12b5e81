import FeynmanKac

/// The keys of the section `checkpoint`.
enum CheckpointKeys {
  private static let everySteps = OptionalKey(
    "every_steps", .count(1...10_000_000), "After so many steps each.")
  private static let everySeconds = OptionalKey(
    "every_seconds", .number(.positive),
    "After the first step that ends so long after the last checkpoint.")

  static let record = RecordShape(
    keys: [everySteps, everySeconds],
    groups: [.init(required: [everySteps]), .init(required: [everySeconds])])

  /// How often a config has the state of its run stored.
  static func interval(_ section: Setting?) -> CheckpointRule.Interval {
    guard let section else { return .automatic }
    if let steps = everySteps.value(in: section) { return .steps(steps) }
    return everySeconds.value(in: section).map { .seconds($0) } ?? .automatic
  }
}
