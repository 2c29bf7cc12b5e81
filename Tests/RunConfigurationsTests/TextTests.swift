import Foundation
import RunConfigurations
import Testing

@Suite struct TextTests {
  @Test(
    "decimals are rounded, and a zero has no sign",
    arguments: [
      (0.0, 0, "0"), (-0.0004, 3, "0.000"), (-0.0006, 3, "-0.001"), (1234.5678, 2, "1234.57"), (2.5, 0, "2"),
      (-7.25, 1, "-7.2"),
    ])
  func decimals(_ value: Double, _ places: Int, _ text: String) {
    #expect(DecimalText.fixed(value, places) == text)
  }

  @Test("a text comes back from its JSON, whatever it holds")
  func quotedTexts() throws {
    for text in ["", "a \"b\" \\c", "\n\r\t\u{0}\u{1B}", "é\u{2028}\u{202E}\u{FEFF}\u{FFFE}", "🙂"] {
      let json = JSONText.list([.text(text)]).encoded()
      let back = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String]
      #expect(back?.first.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars), "\(json)")
      #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    }
  }

  @Test("figures that JSON has no number for are null")
  func figures() {
    #expect(
      [Double.nan, .infinity, -.infinity].allSatisfy { JSONText.figure($0).encoded() == "null" })
    #expect(JSONText.figure(nil).encoded() == "null")
    #expect(JSONText.figure(0.1).encoded() == "0.1")
  }
}
