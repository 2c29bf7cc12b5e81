/// An interval of finite numbers.
package struct NumberRange: Sendable {
  package var lower: Double?
  package var isLowerOpen = false
  package var upper: Double?

  package init(lower: Double? = nil, isLowerOpen: Bool = false, upper: Double? = nil) {
    self.lower = lower
    self.isLowerOpen = isLowerOpen
    self.upper = upper
  }

  package static let any = NumberRange()
  package static let positive = NumberRange(lower: 0, isLowerOpen: true)
  package static let nonNegative = NumberRange(lower: 0)
  package static let fraction = NumberRange(lower: 0, upper: 1)

  package func contains(_ value: Double) -> Bool {
    if let lower, isLowerOpen ? value <= lower : value < lower { return false }
    if let upper, value > upper { return false }
    return true
  }

  /// What a message says is allowed, such as `a number above 0`.
  package var allowed: String {
    func text(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
    return switch (lower, upper) {
    case (nil, nil): "a finite number"
    case (nil, let upper?): "a number of at most \(text(upper))"
    case (let lower?, nil):
      isLowerOpen ? "a number above \(text(lower))" : "a number of at least \(text(lower))"
    case (let lower?, let upper?):
      isLowerOpen
        ? "a number above \(text(lower)) and at most \(text(upper))"
        : "a number from \(text(lower)) to \(text(upper))"
    }
  }
}
