import FeynmanKac

/// The levels at which a network was trained that does not say so itself.
enum TrainedLevels {
  private static let smallest = OptionalKey(
    "minimum_noise_level", .number(.positive),
    "The smallest v that the model was trained at; the end of its process by default.",
    property: "model.noiseLevels")
  private static let largest = OptionalKey(
    "maximum_noise_level", .number(.positive),
    "The largest v that the model was trained at; the end of its process by default.",
    property: "model.noiseLevels.upperBound")

  static let keys: [any AnyKey] = [smallest, largest]

  /// The noise levels of a network's training; nil where neither end is given.
  static func levels(_ settings: Setting) throws(SettingFailure) -> ClosedRange<Double>? {
    let low = smallest.value(in: settings)
    let high = largest.value(in: settings)
    guard low != nil || high != nil else { return nil }
    let range = (low: low ?? 0, high: high ?? .infinity)
    guard range.low < range.high else {
      throw SettingFailure(
        key: smallest.name,
        problem: "found \(range.low), which is not below \(largest.name), \(range.high)")
    }
    return range.low...range.high
  }
}
