import FeynmanKac
import Foundation
import Testing

@Suite struct TextFileTests {
  private func text(_ bytes: [UInt8], limit: Int = 1000) throws -> String {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).txt")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    do { return try TextFile.read(url.path, atMost: limit) } catch {
      throw FileError(error.kind, "x", error.problem)
    }
  }

  @Test("a byte order mark is left out, and lines of other systems end as ours")
  func plain() throws {
    #expect(try text([0xEF, 0xBB, 0xBF] + Array("a\r\nb\rc\n\r\n".utf8)) == "a\nb\rc\n\n")
    #expect(try text(Array("é".utf8)) == "é")
    #expect(try text([]) == "")
  }

  @Test("other encodings are named, and other bytes by their line")
  func encodings() {
    let cases: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0x61, 0], "is UTF-16 text; save it as UTF-8"),
      ([0xFE, 0xFF, 0, 0x61], "is UTF-16 text; save it as UTF-8"),
      ([0x61, 0, 0x3A, 0], "is UTF-16 text; save it as UTF-8"),
      ([0, 0x61, 0, 0x3A], "is UTF-16 text; save it as UTF-8"),
      ([0xFF, 0xFE, 0, 0], "is UTF-32 text; save it as UTF-8"),
      ([0x61, 0, 0, 0], "is UTF-32 text; save it as UTF-8"),
      ([0x61, 0x0A, 0x62, 0x0A, 0xE9], "is not UTF-8 text: line 3 has other bytes"),
    ]
    for (bytes, problem) in cases {
      #expect(throws: FileError(.malformed, "x", problem)) { try text(bytes) }
    }
  }

  @Test("a file beyond its limit is refused with both sizes, and a device by its limit")
  func limits() throws {
    #expect(try text(Array("123".utf8), limit: 3) == "123")
    #expect(throws: FileError(.malformed, "x", "has 4 bytes; at most 3 are read")) {
      try text(Array("1234".utf8), limit: 3)
    }
    #expect(throws: FileError(.malformed, "/dev/zero", "has more than 3 bytes; at most so many are read")) {
      try FileBytes.read("/dev/zero", atMost: 3)
    }
  }
}
