import FeynmanKac

/// The members of a zip file that are not compressed, as `numpy.savez` writes them.
///
/// - Source: PKWARE's APPNOTE.TXT, §4.3.7 (local header), §4.3.12 (central directory) and §4.3.16 (its end).
struct StoredZip {
  struct Problem: Error { let sentence: String }

  private let bytes: [UInt8]
  private var members: [String: Range<Int>] = [:]

  var names: Set<String> { Set(members.keys) }

  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    // No comment follows the end of the directory.
    let end = bytes.count - 22
    guard end >= 0, number(end, 4) == 0x0605_4B50 else {
      throw Problem(sentence: "no end of a central directory")
    }
    var entry = number(end + 16, 4)
    for _ in 0..<number(end + 10, 2) {
      guard number(entry, 4) == 0x0201_4B50 else { throw Problem(sentence: "no entry at byte \(entry)") }
      guard number(entry + 10, 2) == 0 else { throw Problem(sentence: "a compressed member") }
      let (size, nameSize) = (number(entry + 24, 4), number(entry + 28, 2))
      let name = String(decoding: bytes[entry + 46..<entry + 46 + nameSize], as: UTF8.self)
      // The local header has extra fields of its own.
      let local = number(entry + 42, 4)
      guard number(local, 4) == 0x0403_4B50 else { throw Problem(sentence: "no member at byte \(local)") }
      let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
      members[name] = start..<start + size
      entry += 46 + nameSize + number(entry + 30, 2) + number(entry + 32, 2)
    }
  }

  /// The array that `savez` was given by this name.
  func array<Element>(_ name: String) throws -> NPYArray<Element> {
    guard let range = members["\(name).npy"] else { throw Problem(sentence: "no array \(name)") }
    return try NPYArray(bytes: Array(bytes[range]))
  }

  private func number(_ offset: Int, _ size: Int) -> Int {
    bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
