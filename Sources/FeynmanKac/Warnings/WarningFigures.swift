import Foundation

// Numbers as the sentences of warnings have them.

extension RunEvidence {
  /// A figure with so many digits at most.
  static func figure(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)g", value) }

  /// 0.123 as 12 %.
  static func percent(_ share: Double) -> String {
    // Two digits would make it 1e+02.
    share < 0.995 ? String(format: "%.2g %%", 100 * share) : String(format: "%.0f %%", 100 * share)
  }

  static func exponential(_ value: Double) -> Double { exp(value) }

  static func hypotenuse(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }

  static func logarithm(_ value: Double) -> Double { log(value) }
}
