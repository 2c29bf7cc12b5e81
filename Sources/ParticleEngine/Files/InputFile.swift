import Libc

/// A file that is being read from its start, so that its head can be judged before the rest takes memory.
package final class InputFile {
  let path: String
  /// The size in bytes; nil where the system does not say: pipes, devices, files of `/proc`.
  package let size: Int?
  private let descriptor: CInt

  /// What pipes and devices may give where nobody states another limit, in bytes.
  static let largestStream = 1 << 28
  /// How long a named pipe may stay empty, in seconds: nobody may ever write to it.
  static let patience = 10

  /// - Throws: `FileError`, `missing` where there is no such file and `malformed` where it cannot be read.
  package init(_ path: String) throws(FileError) {
    self.path = path
    // Opening a pipe that nobody writes to would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      let kind: FileError.Kind = errno == ENOENT || errno == ENOTDIR ? .missing : .malformed
      throw FileError(kind, path, kind == .missing ? "no such file" : FileBytes.systemReason())
    }
    self.descriptor = descriptor
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      size = nil
      throw FileError(.malformed, path, FileBytes.systemReason())
    }
    let type = status.st_mode & S_IFMT
    size = type == S_IFREG && status.st_size > 0 ? Int(clamping: status.st_size) : nil
    guard type != S_IFDIR else { throw FileError(.malformed, path, "is a folder, not a file") }
    if type == S_IFIFO { try waitForContent() }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
  }

  deinit { close(descriptor) }

  /// A pipe that the shell made has its writer; one that has a name may have none.
  private func waitForContent() throws(FileError) {
    let hasWriter = ["/dev/fd/", "/dev/stdin", "/proc/"].contains { path.hasPrefix($0) }
    var descriptors = [pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: POLLIN), revents: 0)]
    var ready: CInt = -1
    repeat {
      ready = poll(&descriptors, 1, hasWriter ? -1 : CInt(clamping: 1000 * Self.patience))
    } while ready < 0 && errno == EINTR
    guard ready != 0 else {
      throw FileError(
        .malformed, path, "is a pipe that nobody wrote to for \(Self.patience) s; give a file")
    }
  }

  /// The next bytes; fewer than asked for at the end of the file.
  package func read(upTo count: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      // Memory only for what a pipe has given so far.
      let room = size == nil ? min(count - bytes.count, max(65536, bytes.count)) : count - bytes.count
      let (read, reason) = append(upTo: room, to: &bytes)
      guard read >= 0 else { throw FileError(.malformed, path, reason) }
      if read == 0 { break }
    }
    return bytes
  }

  private func append(upTo room: Int, to bytes: inout [UInt8]) -> (count: Int, reason: String) {
    var reason = ""
    var count = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
      repeat { count = systemRead(descriptor, buffer.baseAddress, room) } while count < 0 && errno == EINTR
      if count < 0 { reason = FileBytes.systemReason() }
      filled = max(count, 0)
    }
    if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
    return (count, reason)
  }

  /// Refuses what memory cannot hold, which the system would otherwise say by ending the process.
  ///
  /// - Parameter count: The bytes of all that is to be in memory at the same time.
  package func checkMemory(for count: Int) throws(FileError) {
    guard count > 1 << 26 else { return }
    let probe = malloc(count)
    free(probe)
    guard probe != nil else {
      throw FileError(.malformed, path, "takes \(count) bytes of memory, which this process does not get")
    }
  }
}

private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
