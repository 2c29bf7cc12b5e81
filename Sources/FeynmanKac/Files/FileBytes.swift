#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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

  /// Writes a new file and flushes it to the disk; a file of that name is replaced in place.
  static func write(_ path: String, _ parts: [UnsafeRawBufferPointer]) throws(FileError) {
    let descriptor = try create(path, parts)
    if let failure = flush(descriptor) {
      unlink(path)
      throw FileError(.unwritable, path, failure)
    }
  }

  /// Writes a new file, likewise, without flushing it.
  ///
  /// - Returns: Its descriptor, for `flush`.
  static func create(_ path: String, _ parts: [UnsafeRawBufferPointer]) throws(FileError) -> CInt {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.unwritable, path, systemReason()) }
    for part in parts {
      guard let failure = write(part, to: descriptor) else { continue }
      close(descriptor)
      unlink(path)
      throw FileError(.unwritable, path, failure)
    }
    return descriptor
  }

  /// Flushes a file to the disk and closes it.
  ///
  /// - Returns: What went wrong, nil where nothing did.
  static func flush(_ descriptor: CInt) -> String? {
    var failure: String?
    if fsync(descriptor) != 0 { failure = systemReason() }
    if close(descriptor) != 0, failure == nil { failure = systemReason() }
    return failure
  }

  /// Writes to an open file.
  ///
  /// - Returns: What the system says where it fails.
  static func write(_ part: UnsafeRawBufferPointer, to descriptor: CInt) -> String? {
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

  /// Writes one file so that it is there whole or not at all.
  ///
  /// - Throws: `FileError`, `unwritable`; a file that stood there before is then untouched.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    let temporary = "\(path).partial-\(getpid())"
    let result = bytes.withUnsafeBytes { part in
      Result { () throws(FileError) in try write(temporary, [part]) }
    }
    do throws(FileError) { try result.get() } catch {
      throw FileError(.unwritable, path, error.problem)
    }
    guard rename(temporary, path) == 0 else {
      let reason = systemReason()
      unlink(temporary)
      throw FileError(.unwritable, path, reason)
    }
  }

  /// What the system says of the last failed call, such as "Permission denied".
  static func systemReason() -> String { String(cString: strerror(errno)) }
}

// The member above is called like the system's function, which would shadow this.
private func systemWrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
