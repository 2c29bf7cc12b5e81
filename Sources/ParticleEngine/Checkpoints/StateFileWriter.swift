internal import CKernels

/// A file of named records, each with its size and a checksum, so that a reader tells a whole file from any other.
///
/// It begins with eight letters. A record is the length of its name (4 bytes), that of its content (8), both, and the CRC-32C of all of
/// these (4), in the byte order of the machine. The last one is called `end` and says how many there were before it.
package final class StateFileWriter {
  static let magic: [UInt8] = Array("fkstate1".utf8)
  static let end = "end"
  /// Small records are written together.
  private static let bufferSize = 1 << 16
  /// Large ones go to the disk piece by piece, each while the next is summed up and copied.
  private static let pieceSize = 1 << 23

  private let descriptor: CInt
  private let shownPath: String
  private var buffer: [UInt8] = StateFileWriter.magic
  private var records: UInt64 = 0
  /// Bytes that were handed to the system.
  private var handed = 0
  /// Bytes of the file so far.
  package private(set) var size = StateFileWriter.magic.count

  /// - Parameters:
  ///   - descriptor: Of an empty file; whoever opened it closes it.
  ///   - shownPath: What errors call it.
  package init(_ descriptor: CInt, shownAs shownPath: String) {
    self.descriptor = descriptor
    self.shownPath = shownPath
    buffer.reserveCapacity(2 * Self.bufferSize)
  }

  /// - Throws: `FileError`, `unwritable`.
  package func write(_ name: String, _ content: UnsafeRawBufferPointer) throws(FileError) {
    let head = Self.head(name, bytes: content.count)
    var sum = Self.checksum(of: head)
    try append(head)
    if content.count < Self.bufferSize {
      sum = Self.checksum(of: content, after: sum)
      buffer += content
    } else {
      try flush()
      for first in stride(from: 0, to: content.count, by: Self.pieceSize) {
        let piece = UnsafeRawBufferPointer(
          rebasing: content[first..<min(first + Self.pieceSize, content.count)])
        sum = Self.checksum(of: piece, after: sum)
        try put(piece)
        fk_begin_flush(descriptor, Int64(handed - piece.count), Int64(piece.count))
      }
    }
    size += content.count
    try append(Self.bytes(of: sum))
    records += 1
  }

  /// Writes the last record.
  ///
  /// - Throws: `FileError`, `unwritable`.
  package func finish() throws(FileError) {
    var count = records
    let result = withUnsafeBytes(of: &count) { bytes in
      Result { () throws(FileError) in try write(Self.end, bytes) }
    }
    try result.get()
    try flush()
  }

  static func head(_ name: String, bytes count: Int) -> [UInt8] {
    bytes(of: UInt32(clamping: name.utf8.count)) + bytes(of: UInt64(clamping: count)) + Array(name.utf8)
  }

  static func bytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
  }

  static func checksum(of bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { checksum(of: $0, after: 0) }
  }

  static func checksum(of bytes: UnsafeRawBufferPointer, after sum: UInt32) -> UInt32 {
    guard let base = bytes.baseAddress else { return sum }
    return fk_crc32c(sum, base, bytes.count)
  }

  private func append(_ bytes: [UInt8]) throws(FileError) {
    buffer += bytes
    size += bytes.count
    if buffer.count >= Self.bufferSize { try flush() }
  }

  private func flush() throws(FileError) {
    let full = buffer
    buffer.removeAll(keepingCapacity: true)
    let result = full.withUnsafeBytes { bytes in Result { () throws(FileError) in try put(bytes) } }
    try result.get()
  }

  private func put(_ content: UnsafeRawBufferPointer) throws(FileError) {
    if let problem = FileBytes.write(content, to: descriptor) {
      throw FileError(.unwritable, shownPath, problem)
    }
    handed += content.count
  }
}
