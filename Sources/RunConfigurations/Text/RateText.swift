import FeynmanKac

/// How many of something there are in a second, in a unit that leaves a few digits.
package enum RateText {
  /// The text of a rate with its unit: 35 M, 1.20 M, 12.3 k, 840, 0.25.
  package static func text(_ rate: Double) -> String {
    let (value, unit) =
      rate >= 0.9995e6 ? (rate / 1e6, " M") : rate >= 999.5 ? (rate / 1e3, " k") : (rate, "")
    let places = value >= 99.95 || unit.isEmpty && value >= 9.95 ? 0 : value >= 9.995 ? 1 : 2
    return DecimalText.fixed(value, places) + unit
  }
}
