import CKernels
import Foundation
import Testing

@Suite("Vector exp and log")
struct ExponentialTests {
  /// The distance of a float from a Double, in units of the float's last place.
  private func ulps(_ value: Float, from exact: Double) -> Double {
    abs(Double(value) - exact) / Double(Float(exact).ulp)
  }

  private func mapped(
    _ values: [Float], by kernel: (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
  ) -> [Float] {
    var results = [Float](repeating: .nan, count: values.count)
    results.withUnsafeMutableBufferPointer { kernel(values, $0.baseAddress, values.count) }
    return results
  }

  @Test("exp is within 2 units in the last place over its whole range", arguments: KernelLevel.available)
  func exponential(level: KernelLevel) {
    let values = (0..<1_000_003).map { Float(-87 + 175.72 * Double($0) / 1_000_002) }
    let results = mapped(values, by: level.kernels.exponentials)
    let worst = zip(values, results).map { ulps($1, from: exp(Double($0))) }.max()!
    #expect(worst < 2)
  }

  @Test("log is within 2 units in the last place, near 1 too", arguments: KernelLevel.available)
  func logarithm(level: KernelLevel) {
    let wide = (0..<500_009).map { Float(exp(-87 + 175 * Double($0) / 500_008)) }
    let nearOne = (0..<500_009).map { 0.5 + 1.5 * Float($0) / 500_008 }
    let values = (wide + nearOne).filter { $0 != 1 }
    let results = mapped(values, by: level.kernels.logarithms)
    let worst = zip(values, results).map { ulps($1, from: log(Double($0))) }.max()!
    #expect(worst < 2)
    #expect(mapped([1], by: level.kernels.logarithms) == [0])
  }

  @Test("no result of exp is denormal", arguments: KernelLevel.available)
  func normalOrZero(level: KernelLevel) {
    let values = (0...40_000).map { -85 - 4 * Float($0) / 10_000 }
    let results = mapped(values, by: level.kernels.exponentials)
    #expect(results.allSatisfy { $0 == 0 || $0.isNormal })
    #expect(zip(values, results).allSatisfy { $0 < -87 ? $1 == 0 : $1 > 0 })
  }

  @Test("the ends of exp and log are those of the mathematics", arguments: KernelLevel.available)
  func ends(level: KernelLevel) {
    let exponentials = mapped(
      [0, -.infinity, .infinity, 88.73, 1e30, -1e30, 88.72], by: level.kernels.exponentials)
    #expect(exponentials.dropLast() == [1, 0, .infinity, .infinity, .infinity, 0])
    #expect(exponentials.last!.isFinite)
    #expect(mapped([0, .infinity], by: level.kernels.logarithms) == [-.infinity, .infinity])
    // A payload with low bits set: they must not leak into the exponent.
    let payload = Float(bitPattern: 0x7fc0_0001)
    #expect(mapped([.nan, payload], by: level.kernels.exponentials).allSatisfy { $0.isNaN })
    #expect(mapped([.nan, payload, -1, -.infinity], by: level.kernels.logarithms).allSatisfy { $0.isNaN })
  }
}
