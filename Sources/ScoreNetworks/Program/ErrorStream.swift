import Libc

/// The standard error of a program: passed on as it comes, its end kept for messages.
final class ErrorStream {
  /// −1 when it has ended.
  private(set) var descriptor: Int32
  private var tail: [UInt8] = []
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
  private static let keptBytes = 4096
  private static let keptLines = 3

  /// - Parameter descriptor: Its reading end, which must not block. It belongs to the stream from here on.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    buffer.deallocate()
  }

  /// Passes on what is there now.
  func passOn() {
    // A program that writes without end must not keep its caller here.
    for _ in 0..<64 where descriptor >= 0 {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return }
      guard count > 0 else {
        close(descriptor)
        descriptor = -1
        return
      }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      Self.write(bytes)
      tail.append(contentsOf: bytes)
      if tail.count > 4 * Self.keptBytes { tail.removeFirst(tail.count - Self.keptBytes) }
    }
  }

  /// The last lines that are not empty.
  var lastLines: [String] {
    String(decoding: tail.suffix(Self.keptBytes), as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { line in String(line.drop(while: \.isWhitespace).prefix(400)) }
      .filter { !$0.isEmpty }.suffix(Self.keptLines)
  }

  private static func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Libc.write(STDERR_FILENO, rest.baseAddress, rest.count)
      // Nobody may be listening; that is no reason to stop.
      if count < 0, errno != EINTR { return }
      rest = UnsafeRawBufferPointer(rebasing: rest[max(count, 0)...])
    }
  }
}
