import RunReport
import Testing

@Suite struct FigureTextTests {
  @Test("a value has as many places as its error has at two digits")
  func values() {
    #expect(FigureText.value(-14.2437, error: 0.0104) == "−14.244 ± 0.010")
    #expect(FigureText.value(3.14159, error: 1.7) == "3.1 ± 1.7")
    #expect(FigureText.value(3.14159, error: nil) == "3.142")
    #expect(FigureText.value(-0.0001, error: nil) == "0.000")
  }

  @Test(
    "few digits that say something",
    arguments: [
      (9240.0, "9,240"), (0.34712, "0.3471"), (1.234e-7, "1.23 × 10⁻⁷"), (0, "0"),
      (-12_345_678, "−1.23 × 10⁷"),
      (.nan, "–"),
    ])
  func digits(_ value: Double, _ text: String) { #expect(FigureText.digits(value) == text) }

  @Test("small shares keep more digits")
  func shares() {
    #expect(FigureText.percent(0.123) == "12\u{A0}%")
    #expect(FigureText.percent(0.0123) == "1.2\u{A0}%")
    #expect(FigureText.percent(0.000123) == "0.012\u{A0}%")
    #expect(FigureText.percent(0) == "0\u{A0}%")
  }
}
