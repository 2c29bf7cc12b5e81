#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard output for results, standard error for everything else.
enum StandardStreams {
  /// Prints a text that people read; characters that a terminal would obey are shown by their numbers.
  ///
  /// - Throws: `CommandFailure` where not all of it could be written, such as on a full disk.
  static func print(_ text: String) throws { try write(TerminalText.shown(text)) }

  /// Prints the path of a file or folder, which programs read as it is.
  ///
  /// - Throws: `CommandFailure`, as above.
  static func print(path: String) throws {
    try write(isatty(STDOUT_FILENO) == 1 ? TerminalText.shown(path) : path)
  }

  private static func write(_ text: String) throws {
    var text = text + "\n"
    let isWritten = text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = systemWrite(STDOUT_FILENO, rest.baseAddress, rest.count)
        if count < 0, errno != EINTR { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[max(count, 0)...])
      }
      return true
    }
    guard isWritten else {
      throw CommandFailure(.cannotWrite, "standard output: \(String(cString: strerror(errno)))")
    }
  }

  static func report(_ lines: [String]) {
    for line in lines {
      var line = TerminalText.shown(line) + "\n"
      _ = line.withUTF8 { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
  }

  /// Shows a line of progress, unless nobody is reading: the computation never waits for it.
  static func show(_ text: String) {
    var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    guard poll(&descriptor, 1, 0) == 1, Int32(truncatingIfNeeded: descriptor.revents) & Int32(POLLOUT) != 0
    else { return }
    var text = text
    _ = text.withUTF8 { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

// A member is called like the system's function, which would shadow this.
private func systemWrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}

func exitProcess(_ status: ExitStatus) -> Never { exit(status.rawValue) }
