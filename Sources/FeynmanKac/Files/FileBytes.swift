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
