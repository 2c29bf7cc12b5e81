import Foundation
import RunReport
import Testing

@Suite struct EncodedTextTests {
  /// Seen to catch: one sign of padding where two are due.
  @Test("bytes of every remainder by three have the base 64 of Foundation")
  func base64() {
    for count in 0..<100 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 89 + count * 7) }
      #expect(Base64.text(bytes) == Data(bytes).base64EncodedString(), "\(count) bytes")
    }
  }

  /// Seen to catch: U+200B, which Unicode does not count as white space and Foundation does.
  @Test("white space is trimmed as Foundation trims it, and only at the ends")
  func trimmed() {
    for value in UInt32(0)...0x2_FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "\(scalar)a \(scalar) b\(scalar)\(scalar)"
      let expected = text.trimmingCharacters(in: .whitespacesAndNewlines)
      if text.trimmed != expected { Issue.record("U+\(String(value, radix: 16)): '\(text.trimmed)'") }
    }
    #expect("\r\n\t a\r\n".trimmed == "a")
    #expect(" \n ".trimmed.isEmpty)
    #expect("".trimmed.isEmpty)
  }
}
