import RunConfigurations
import Testing

@Suite struct RateTextTests {
  @Test(
    "a rate has the unit that leaves it digits",
    arguments: [
      (35_412_345.0, "35.4 M"), (250e6, "250 M"), (1_204_000, "1.20 M"), (999_700, "1.00 M"),
      (12_345, "12.3 k"), (999.7, "1.00 k"),
      (840, "840"), (3.14159, "3.14"), (0.0123, "0.01"), (0, "0.00"),
    ])
  func units(_ rate: Double, _ text: String) { #expect(RateText.text(rate) == text) }
}
