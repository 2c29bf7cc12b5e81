import Libc
import RunConfigurations

/// Figures as people read them.
package enum FigureText {
  /// A few digits that say something: 9,240, 0.347, 1.2 × 10⁻⁷. A dash where there is no figure.
  package static func digits(_ value: Double?, _ count: Int = 4) -> String {
    guard let value, value.isFinite else { return "–" }
    if value == 0 { return "0" }
    let size = value.magnitude
    if size >= 1e7 || size < 1e-4 { return scientific(value, count) }
    if size >= pow(10, Double(count - 1)) { return whole(Int(clamping: value.rounded())) }
    var text = value.text(significant: count)
    if text.contains("e") { text = value.text(decimals: count) }
    return signed(text)
  }

  /// A whole number with commas between thousands.
  package static func whole(_ value: Int) -> String {
    var groups: [String] = []
    var rest = value.magnitude
    while rest >= 1000 {
      groups.append(String(String(1000 + rest % 1000).dropFirst()))
      rest /= 1000
    }
    return (value < 0 ? "−" : "") + ([String(rest)] + groups.reversed()).joined(separator: ",")
  }

  /// A value to as many places as its error has at two digits: −14.244 ± 0.010.
  package static func value(_ value: Double, error: Double?) -> String {
    guard let error, error > 0, error.isFinite else { return fixed(value, 3) }
    if error < 1e-3 { return "\(fixed(value, 4)) ± \(digits(error, 2))" }
    let places = places(error)
    return "\(fixed(value, places)) ± \(fixed(error, places))"
  }

  /// Two values, to as many places as an error has at two digits: −82.84 to −82.48.
  package static func range(_ low: Double, _ high: Double, error: Double) -> String {
    let places = places(error)
    return "\(fixed(low, places)) to \(fixed(high, places))"
  }

  /// How many places show two digits of an error above 0.
  private static func places(_ error: Double) -> Int { max(0, 1 - Int(clamping: floor(log10(error)))) }

  package static func fixed(_ value: Double, _ places: Int) -> String {
    signed(DecimalText.fixed(value, places))
  }

  /// 0.123 as 12 %, small parts with more digits.
  package static func percent(_ share: Double) -> String {
    let percent = 100 * share
    return
      (percent >= 9.95 || percent == 0
      ? fixed(percent, 0)
      : percent >= 0.095
        ? fixed(percent, 1)
        : digits(percent, 2)) + "\u{A0}%"
  }

  /// A coordinate by its index from 0, as in samples.npy: x₁₂.
  static func coordinate(_ index: Int) -> String { "x" + subscripts("\(index)") }

  /// A whole power of ten: 10⁻³.
  static func powerOfTen(_ exponent: Int) -> String { "10" + superscripts("\(exponent)") }

  /// A number as programs read it, without zeros at its end that say nothing: 3.5.
  static func plain(_ value: Double, _ places: Int = 1) -> String {
    let text = DecimalText.fixed(value, places)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func scientific(_ value: Double, _ count: Int) -> String {
    let parts = value.scientificText(decimals: max(count - 2, 0)).split(separator: "e")
    return "\(signed(String(parts[0]))) × \(powerOfTen(Int(parts[1]) ?? 0))"
  }

  private static func signed(_ text: String) -> String {
    text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  private static func subscripts(_ text: String) -> String {
    String(text.compactMap { $0.wholeNumberValue.map { Array("₀₁₂₃₄₅₆₇₈₉")[$0] } })
  }

  private static func superscripts(_ text: String) -> String {
    String(text.map { $0 == "-" ? "⁻" : Array("⁰¹²³⁴⁵⁶⁷⁸⁹")[$0.wholeNumberValue!] })
  }
}
