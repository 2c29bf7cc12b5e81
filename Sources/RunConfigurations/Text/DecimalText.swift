/// Numbers to a fixed count of decimals.
package enum DecimalText {
  /// The value with so many digits behind the point, and never a zero with a sign.
  package static func fixed(_ value: Double, _ places: Int) -> String {
    let text = value.text(decimals: places)
    return text.contains { ("1"..."9").contains($0) } ? text : text.filter { $0 != "-" }
  }
}
