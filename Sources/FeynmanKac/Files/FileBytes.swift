#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whole files as bytes.
public enum FileBytes {
  /// The content of a file.
  ///
  /// - Throws: `FileError`, `missing` where there is no such file and `malformed` where it is not one that can be read.
  public static func read(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let kind: FileError.Kind = errno == ENOENT || errno == ENOTDIR ? .missing : .malformed
      throw FileError(kind, path, kind == .missing ? "no such file" : systemReason())
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.malformed, path, systemReason()) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError(.malformed, path, "is a folder, not a file")
    }

    var bytes: [UInt8] = []
    // One byte more than the size, so that the first read also sees the end; pipes have size 0.
    var room = max(Int(status.st_size) + 1, 4096)
    while true {
      let (count, reason) = appendBytes(from: descriptor, upTo: room, to: &bytes)
      guard count >= 0 else { throw FileError(.malformed, path, reason) }
      if count == 0 { return bytes }
      room = max(room - count, 65536)
    }
  }

  private static func appendBytes(
    from descriptor: CInt, upTo room: Int, to bytes: inout [UInt8]
  ) -> (count: Int, reason: String) {
    var reason = ""
    let start = bytes.count
    var count = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
      repeat { count = systemRead(descriptor, buffer.baseAddress, room) } while count < 0 && errno == EINTR
      if count < 0 { reason = systemReason() }
      filled = max(count, 0)
    }
    if start == 0 { bytes = chunk } else { bytes += chunk }
    return (count, reason)
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

// The members above are called like the system's functions, which would shadow these.
private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
