import Libc

// Numbers as the sentences of warnings have them.

extension RunEvidence {
  /// A figure with so many digits at most.
  static func figure(_ value: Double, _ digits: Int) -> String { value.text(significant: digits) }

  /// 0.123 as 12 %.
  static func percent(_ share: Double) -> String {
    // Two digits would make it 1e+02.
    share < 0.995 ? (100 * share).text(significant: 2) + " %" : (100 * share).text(decimals: 0) + " %"
  }

  static func exponential(_ value: Double) -> Double { exp(value) }

  static func hypotenuse(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }

  static func logarithm(_ value: Double) -> Double { log(value) }
}
