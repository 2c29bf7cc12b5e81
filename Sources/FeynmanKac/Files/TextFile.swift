/// Files of text: UTF-8, with or without a byte order mark, with any line ends.
public enum TextFile {
  /// The content of a file, without a byte order mark, its lines ending in `\n`.
  ///
  /// - Parameter limit: The most bytes that are read.
  /// - Throws: `FileError`, `malformed` also where the file is larger or is not UTF-8.
  public static func read(_ path: String, atMost limit: Int) throws(FileError) -> String {
    let bytes = try plain(FileBytes.read(path, atMost: limit), path: path)
    // Checked just now.
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The same of bytes that were read before, whose name is for the error.
  package static func plain(_ bytes: [UInt8], path: String) throws(FileError) -> [UInt8] {
    if let other = otherEncoding(bytes) {
      throw FileError(.malformed, path, "is \(other) text; save it as UTF-8")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw FileError(.malformed, path, "is not UTF-8 text: line \(lineOfFault(bytes)) has other bytes")
    }
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard content.contains(0x0D) else { return content.count == bytes.count ? bytes : Array(content) }
    var plain: [UInt8] = []
    plain.reserveCapacity(content.count)
    for index in content.indices {
      let endsLine = content[index] == 0x0D && index + 1 < content.endIndex && content[index + 1] == 0x0A
      if !endsLine { plain.append(content[index]) }
    }
    return plain
  }

  /// The encoding by a byte order mark, or by the zeros that UTF-16 and UTF-32 have beside plain letters.
  private static func otherEncoding(_ bytes: [UInt8]) -> String? {
    let head = Array(bytes.prefix(4))
    if head.starts(with: [0, 0, 0xFE, 0xFF]) || head == [0xFF, 0xFE, 0, 0] { return "UTF-32" }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard head.count == 4 else { return nil }
    let zeros = head.map { $0 == 0 }
    if zeros == [true, true, true, false] || zeros == [false, true, true, true] { return "UTF-32" }
    return zeros == [true, false, true, false] || zeros == [false, true, false, true] ? "UTF-16" : nil
  }

  private static func lineOfFault(_ bytes: [UInt8]) -> Int {
    var line = 1
    for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      // No character of UTF-8 has a line end inside.
      if String(validating: part, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }
}
