import Libc

/// Reads a file of named records, in any order, once all of it was found to be whole.
package final class StateFileReader {
  private let path: String
  private let descriptor: CInt
  /// The file's, in bytes.
  package let size: Int
  /// Where the next byte is read.
  private var position = 0
  /// Where each record begins; nil until the file was read once.
  private var records: [String: Int]?
  /// The checksum of the record that is open so far, and the bytes of it that are still to come.
  private var sum: UInt32 = 0
  private var left = 0

  /// Names are at most so long.
  private static let longestName = 4096

  /// - Throws: `FileError`, `missing`, or `malformed` where it is no such file or is not whole.
  package init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = openForReading(path)
    guard descriptor >= 0 else {
      throw FileError(errno == ENOENT ? .missing : .malformed, path, FileBytes.systemReason())
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(.malformed, path, "is no regular file")
    }
    size = Int(clamping: status.st_size)
    try rewind()
  }

  deinit { close(descriptor) }

  /// Reads all of it once, so that a file that is not whole is refused before anything is taken from it.
  ///
  /// - Throws: `FileError`, `malformed`.
  package func verify() throws(FileError) {
    try rewind()
    var chunk = [UInt8](repeating: 0, count: min(1 << 20, size))
    var places: [String: Int] = [:]
    while true {
      let start = position
      let (name, count) = try nextHead()
      if name == StateFileWriter.end {
        guard count == 8 else { throw damaged }
        var said: UInt64 = 0
        let result = withUnsafeMutableBytes(of: &said) { bytes in
          Result { () throws(FileError) in try fill(bytes, name) }
        }
        try result.get()
        guard said == UInt64(clamping: places.count), position == size else { throw damaged }
        records = places
        return
      }
      var rest = count
      while rest > 0 {
        let part = min(rest, chunk.count)
        let result = chunk.withUnsafeMutableBytes { bytes in
          Result { () throws(FileError) in
            try take(UnsafeMutableRawBufferPointer(rebasing: bytes[..<part]))
          }
        }
        try result.get()
        rest -= part
      }
      try finish(record: name)
      guard places.updateValue(start, forKey: name) == nil else { throw damaged }
    }
  }

  /// Opens a record.
  ///
  /// - Returns: The bytes of its content, which is to be filled next; nil where there is no such record.
  /// - Throws: `FileError`, `malformed`.
  func open(ifThere name: String) throws(FileError) -> Int? {
    if records == nil { try verify() }
    guard let place = records?[name] else { return nil }
    try seek(to: place)
    let (found, count) = try nextHead()
    guard found == name else { throw damaged }
    return count
  }

  /// Opens a record.
  ///
  /// - Returns: The bytes of its content, which is to be filled next.
  /// - Throws: `FileError`, `malformed`, also where there is no such record.
  package func open(_ name: String) throws(FileError) -> Int {
    guard let count = try open(ifThere: name) else { throw mismatch(name) }
    return count
  }

  /// Reads some of the content of the open record, which was found to be whole before.
  ///
  /// - Parameter start: Where in it they begin.
  /// - Throws: `FileError`, `malformed`.
  func fill(_ bytes: UnsafeMutableRawBufferPointer, from start: Int) throws(FileError) {
    guard start >= 0, start + bytes.count <= left else { throw damaged }
    try seek(to: position + start)
    try read(bytes)
  }

  /// Reads all of the content of the open record.
  ///
  /// - Throws: `FileError`, `malformed`.
  package func fill(_ bytes: UnsafeMutableRawBufferPointer, _ name: String) throws(FileError) {
    try take(bytes)
    try finish(record: name)
  }

  /// The whole content of a record as a text.
  ///
  /// - Throws: `FileError`, `malformed`.
  package func text(_ name: String) throws(FileError) -> String {
    let count = try open(name)
    guard count <= 1 << 24 else { throw damaged }
    var bytes = [UInt8](repeating: 0, count: count)
    let result = bytes.withUnsafeMutableBytes { bytes in
      Result { () throws(FileError) in try fill(bytes, name) }
    }
    try result.get()
    guard let text = String(validating: bytes, as: UTF8.self) else { throw damaged }
    return text
  }

  /// What there is to say where a record is not the one that is wanted.
  func mismatch(_ name: String) -> FileError {
    let found = records?[name] == nil ? "nothing" : "another size"
    return FileError(
      .malformed, path, "is the state of another run: it has \(found) where this one has '\(name)'")
  }

  private var damaged: FileError { FileError(.malformed, path, "is damaged, or its end is missing") }

  private func seek(to place: Int) throws(FileError) {
    guard lseek(descriptor, off_t(place), SEEK_SET) == off_t(place) else {
      throw FileError(.malformed, path, FileBytes.systemReason())
    }
    position = place
    left = 0
  }

  private func rewind() throws(FileError) {
    try seek(to: 0)
    let magic = try bytes(StateFileWriter.magic.count)
    guard magic == StateFileWriter.magic else {
      throw FileError(.malformed, path, "is no checkpoint of this version")
    }
  }

  private func nextHead() throws(FileError) -> (name: String, count: Int) {
    let fixed = try bytes(12)
    let nameCount = Int(clamping: Self.number(fixed[0..<4]))
    let count = Self.number(fixed[4..<12])
    guard nameCount <= Self.longestName, count <= UInt64(clamping: size - position) else { throw damaged }
    let name = try bytes(nameCount)
    sum = StateFileWriter.checksum(of: fixed + name)
    left = Int(clamping: count)
    guard let text = String(validating: name, as: UTF8.self) else { throw damaged }
    return (text, left)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64(clamping: $1) }
  }

  private func finish(record name: String) throws(FileError) {
    guard left == 0 else { throw mismatch(name) }
    let expected = StateFileWriter.bytes(of: sum)
    guard try bytes(4) == expected else { throw damaged }
  }

  /// The next bytes of the open record's content.
  private func take(_ bytes: UnsafeMutableRawBufferPointer) throws(FileError) {
    guard bytes.count <= left else { throw damaged }
    try read(bytes)
    sum = StateFileWriter.checksum(of: UnsafeRawBufferPointer(bytes), after: sum)
    left -= bytes.count
  }

  private func bytes(_ count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result = bytes.withUnsafeMutableBytes { bytes in
      Result { () throws(FileError) in try read(bytes) }
    }
    try result.get()
    return bytes
  }

  private func read(_ bytes: UnsafeMutableRawBufferPointer) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = systemRead(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(.malformed, path, FileBytes.systemReason())
      }
      guard count > 0 else { throw damaged }
      position += count
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
    }
  }
}

private func openForReading(_ path: String) -> CInt { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }

private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
