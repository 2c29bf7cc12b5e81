/// The files that hold the state of one run together, each that of some of its islands.
package struct StateFiles {
  private let files: [(reader: StateFileReader, islands: Range<Int>)]
  /// Every file with its islands, that of the first island first.
  var each: [(reader: StateFileReader, islands: Range<Int>)] { files }

  /// - Parameter files: Each with its islands, counted over the whole run; that of the first island comes first.
  package init(_ files: [(reader: StateFileReader, islands: Range<Int>)]) { self.files = files }

  /// Opens a record that one of the files has: the first that does.
  ///
  /// - Returns: The file, and the bytes of the record's content, which is to be filled next.
  /// - Throws: `FileError`, malformed, where no file has it.
  func open(_ name: String) throws(FileError) -> (StateFileReader, Int) {
    for (reader, _) in files {
      if let count = try reader.open(ifThere: name) { return (reader, count) }
    }
    throw files[0].reader.mismatch(name)
  }

  /// Fills what some islands have in a record that every file has for its own.
  ///
  /// - Throws: `FileError`, malformed, where a file's record has another size.
  func fill(_ bytes: UnsafeMutableRawBufferPointer, with name: String, of wanted: Range<Int>)
    throws(FileError)
  {
    let stride = bytes.count / wanted.count
    for (reader, islands) in files {
      let shared = islands.clamped(to: wanted)
      guard !shared.isEmpty else { continue }
      guard try reader.open(ifThere: name) == islands.count * stride else { throw reader.mismatch(name) }
      let first = (shared.lowerBound - wanted.lowerBound) * stride
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[first..<first + shared.count * stride])
      if shared == islands {
        try reader.fill(part, name)
      } else {
        try reader.fill(part, from: (shared.lowerBound - islands.lowerBound) * stride)
      }
    }
  }
}
