import Libc

/// Whole files as bytes.
public enum FileBytes {
  /// The content of a file.
  ///
  /// - Parameter limit: The most bytes that are read; without one, what memory holds of a file, and 256 MiB of a pipe or
  ///   device.
  /// - Throws: `FileError`, `missing` where there is no such file and `malformed` where it is not one that can be read, or
  ///   is larger.
  public static func read(_ path: String, atMost limit: Int? = nil) throws(FileError) -> [UInt8] {
    let file = try InputFile(path)
    guard let size = file.size else {
      let most = limit ?? InputFile.largestStream
      let bytes = try file.read(upTo: most + 1)
      guard bytes.count <= most else {
        throw FileError(.malformed, path, "has more than \(most) bytes; at most so many are read")
      }
      return bytes
    }
    if let limit, size > limit {
      throw FileError(.malformed, path, "has \(size) bytes; at most \(limit) are read")
    }
    try file.checkMemory(for: size)
    // One byte more than the size, so that the first read also sees the end.
    var bytes = try file.read(upTo: size + 1)
    while bytes.count > size, bytes.count <= limit ?? .max {
      let more = try file.read(upTo: 65536)
      if more.isEmpty { break }
      bytes += more
    }
    return bytes
  }

  /// Flushes a file to the disk and closes it.
  ///
  /// - Returns: What went wrong, nil where nothing did.
  package static func flush(_ descriptor: CInt) -> String? {
    var failure: String?
    if fsync(descriptor) != 0 { failure = systemReason() }
    if close(descriptor) != 0, failure == nil { failure = systemReason() }
    return failure
  }

  /// Writes to an open file.
  ///
  /// - Returns: What the system says where it fails.
  package static func write(_ part: UnsafeRawBufferPointer, to descriptor: CInt) -> String? {
    var rest = part
    while !rest.isEmpty {
      let count = systemWrite(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return systemReason()
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return nil
  }

  /// Writes bytes to an open file.
  ///
  /// - Parameter path: What errors call it.
  /// - Throws: `FileError`, `unwritable`.
  package static func write(_ bytes: [UInt8], to descriptor: CInt, shownAs path: String) throws(FileError) {
    let problem = bytes.withUnsafeBytes { write($0, to: descriptor) }
    if let problem { throw FileError(.unwritable, path, problem) }
  }

  /// What the system says of the last failed call, such as "Permission denied".
  package static func systemReason() -> String { String(cString: strerror(errno)) }
}

// The member above is called like the system's function, which would shadow this.
private func systemWrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
