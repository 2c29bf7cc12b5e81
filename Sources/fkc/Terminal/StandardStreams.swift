import Libc
import RunConfigurations

/// Standard output for results, standard error for everything else.
enum StandardStreams {
  /// Before anything else: a stream that the caller closed must not become a file that is opened later, and a stream or
  /// file that takes no more must be an error of the call that writes, not the end of the process.
  static func prepare() {
    for (descriptor, flags) in [
      (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ]
    where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // Standard output stays closed to writing, so that results are not lost in silence. A folder stands in where there
      // is no such device.
      if open("/dev/null", flags) < 0 { _ = open("/", O_RDONLY) }
    }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // A parent that ignores the ends of its own children hands that down, and then nobody can wait for one.
    signal(SIGCHLD, SIG_DFL)
  }

  /// Prints a text that people read; characters that a terminal would obey are shown by their numbers.
  ///
  /// - Parameter outcome: What a reader of the error has to know of what was done before, in a few words.
  /// - Throws: `CommandFailure` where not all of it could be written, such as on a full disk.
  static func print(_ text: String, outcome: String? = nil) throws {
    try printBytes(of: TerminalText.shown(text), outcome: outcome)
  }

  /// Prints the path of a file or folder, which programs read as it is.
  ///
  /// - Parameters:
  ///   - path: One, or some on a line each.
  ///   - outcome: As above.
  /// - Throws: `CommandFailure`, as above.
  static func print(path: String, outcome: String? = nil) throws {
    try printBytes(of: isatty(STDOUT_FILENO) == 1 ? TerminalText.shown(path) : path, outcome: outcome)
  }

  private static func printBytes(of text: String, outcome: String?) throws {
    let reason = write(text + "\n", to: STDOUT_FILENO)
    guard reason != 0 else { return }
    let status: ExitStatus = reason == EINTR ? .interrupted : .cannotWrite
    let problem =
      switch reason {
      case EINTR: "was not read until the command was interrupted"
      case EBADF: "is closed"
      default: "cannot be written: \(String(cString: strerror(reason)))"
      }
    throw CommandFailure(status, "standard output \(problem)" + (outcome.map { "; \($0)" } ?? ""))
  }

  /// Whether another process says what there is to say.
  nonisolated(unsafe) static var areSilent = false

  static func report(_ lines: [String]) {
    guard !lines.isEmpty, !areSilent else { return }
    _ = write(lines.map { TerminalText.shown($0) + "\n" }.joined(), to: STDERR_FILENO)
  }

  /// Shows a line of progress, unless nobody is reading: the computation never waits for it.
  static func show(_ text: String) {
    guard isReady(STDERR_FILENO, within: 0) else { return }
    var text = text
    _ = text.withUTF8 { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  // MARK: - Bytes

  /// Waits for a reader, but not once the process is asked to end.
  ///
  /// - Returns: 0, or an `errno`.
  private static func write(_ text: String, to descriptor: CInt) -> CInt {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        guard isReady(descriptor, within: 100) else {
          if Interruption.isRequested { return EINTR }
          continue
        }
        // So much a pipe that is ready takes without waiting.
        let count = systemWrite(descriptor, rest.baseAddress, min(rest.count, 4096))
        if count < 0, errno != EINTR, errno != EAGAIN { return errno }
        rest = UnsafeRawBufferPointer(rebasing: rest[max(count, 0)...])
      }
      return 0
    }
  }

  /// Whether writing need not wait, or fails.
  private static func isReady(_ descriptor: CInt, within milliseconds: CInt) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&waiting, 1, milliseconds) == 1
  }
}

// The member above is called like the system's function, which would shadow it.
private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

func exitProcess(_ status: ExitStatus) -> Never { exit(status.rawValue) }
