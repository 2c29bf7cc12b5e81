import Libc

// Literals, so that what is written as JSON reads like JSON.

extension JSONText: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
  package init(integerLiteral value: Int) { self = value < 0 ? .number(Double(value)) : .count(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(stringLiteral value: String) { self = .text(value) }
  package init(arrayLiteral items: JSONText...) { self = .list(items) }
  package init(dictionaryLiteral members: (String, JSONText)...) { self = .object(members) }

  /// A number to six digits, more than a figure shows; null where JSON has no number.
  package static func short(_ value: Double) -> JSONText {
    guard value.isFinite else { return .null }
    if value == 0 { return 0 }
    let scale = pow(10, 5 - floor(log10(value.magnitude)))
    guard scale.isFinite, scale > 0 else { return .number(value) }
    // Dividing by a whole power of ten gives the shortest text where multiplying by its inverse does not.
    let rounded =
      scale >= 1 ? (value * scale).rounded() / scale : (value * scale).rounded() * (1 / scale).rounded()
    return rounded >= 0 && rounded < 1e9 && rounded == rounded.rounded()
      ? .count(Int(clamping: rounded)) : .number(rounded)
  }
}
