import RunConfigurations
import Testing

@Suite struct SHA256Tests {
  /// Seen to catch: digits of a byte below 16 without their zero.
  ///
  /// Source: examples of FIPS 180-2, appendix B, and of NIST's page on FIPS 180-4.
  @Test(
    "known texts have their known sums",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func knownSums(_ text: String, _ sum: String) {
    #expect(SHA256.digest(of: Array(text.utf8)).hexadecimal == sum)
  }

  /// Python's hashlib has the same sum. Seen to catch: an update that took no piece longer than a block.
  @Test(
    "messages of every length around the ends of blocks have their sums, however they are cut into pieces")
  func everyLength() {
    var sums = SHA256()
    for length in 0..<300 {
      let message = (0..<length).map { UInt8(truncatingIfNeeded: 7 * $0 + length) }
      let whole = SHA256.digest(of: message)
      for cut in [1, 63, 64, 65] {
        var pieces = SHA256()
        for start in stride(from: 0, to: length, by: cut) {
          message[start..<min(start + cut, length)].withUnsafeBytes { pieces.update($0) }
        }
        #expect(pieces.digest == whole, "\(length) bytes in pieces of \(cut)")
      }
      whole.bytes.withUnsafeBytes { sums.update($0) }
    }
    #expect(sums.digest.hexadecimal == "d5238871a46ac4a1a75ac3fb19d645b0b3b9e5f35f5f720e2b240d605c6b694e")
  }

  @Test("a sum can be asked for and its text go on")
  func continued() {
    var sum = SHA256()
    Array("ab".utf8).withUnsafeBytes { sum.update($0) }
    #expect(sum.digest == SHA256.digest(of: Array("ab".utf8)))
    Array("c".utf8).withUnsafeBytes { sum.update($0) }
    #expect(sum.digest == SHA256.digest(of: Array("abc".utf8)))
  }
}
