import ParticleEngine
import Testing

@Suite("conversions that cannot end the process")
struct ClampedConversionTests {
  @Test("a number is cut to its whole part, and to the type's range")
  func clamped() {
    let cases: [(Double, Int, Int32, UInt8)] = [
      (3.9, 3, 3, 3), (-3.9, -3, -3, 0), (255.5, 255, 255, 255), (2_147_483_648, 2_147_483_648, .max, 255),
      (0x1p63, .max, .max, 255), (-0x1p63, .min, .min, 0), (1e300, .max, .max, 255), (-1e300, .min, .min, 0),
      (.infinity, .max, .max, 255), (-.infinity, .min, .min, 0), (.nan, 0, 0, 0), (5e-324, 0, 0, 0),
      (0x1p53 + 2, 9_007_199_254_740_994, .max, 255),
    ]
    for (number, whole, narrow, unsigned) in cases {
      #expect(Int(clamping: number) == whole, "\(number)")
      #expect(Int32(clamping: number) == narrow, "\(number)")
      #expect(UInt8(clamping: number) == unsigned, "\(number)")
    }
  }

  @Test("unsigned numbers of 64 bits reach as far as they do")
  func unsigned() {
    #expect(UInt64(clamping: 0x1p63 + 2048) == 9_223_372_036_854_777_856)
    #expect(UInt64(clamping: 0x1p64) == .max && UInt64(clamping: -1.5) == 0)
  }

  @Test("sizes multiply up to the largest number and stay there")
  func product() {
    #expect([2, 3, 4].clampedProduct == 24 && [Int]().clampedProduct == 1)
    #expect([1 << 40, 1 << 40].clampedProduct == .max)
    #expect([0, 1 << 62, 1 << 62].clampedProduct == 0)
  }
}
