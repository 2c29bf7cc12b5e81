import Foundation
import ParticleEngine
import Testing

@Suite struct DoubleTextTests {
  /// Every order of size, ends of what a number holds, and what is none.
  private static let values: [Double] = {
    let sizes = (-323...307).map {
      Double("\(1 + 8.7 * (Double($0) * 0.618).truncatingRemainder(dividingBy: 1).magnitude)e\($0)")!
    }
    let ends: [Double] = [
      0, -0.0, 1, 0.5, 2.5, 99.95, 999.5, 0.0001, 0.00009999, 1e5, 123456, .greatestFiniteMagnitude,
      .leastNonzeroMagnitude,
      .infinity, -.infinity, .nan,
    ]
    return ends + sizes + sizes.map(-)
  }()

  /// Seen to catch: a buffer of 64 letters.
  @Test("numbers are printed as Foundation's formats print them", arguments: [0, 1, 2, 3, 6, 17])
  func formats(_ digits: Int) {
    for value in Self.values {
      #expect(value.text(significant: digits) == String(format: "%.\(digits)g", value))
      #expect(value.text(decimals: digits) == String(format: "%.\(digits)f", value))
      #expect(value.scientificText(decimals: digits) == String(format: "%.\(digits)e", value))
    }
  }
}
