import Libc
import RunConfigurations
import ScoreNetworks
import Synchronization

/// Whether somebody asked the process to end, by SIGINT, SIGTERM or SIGHUP.
enum Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  /// The signal that came first; 0 for none.
  private static let requested = Atomic<CInt>(0)
  /// Where in memory what is to be said before ending at once is; 0 while something has to be put away first.
  private static let lastWords = Atomic<UInt>(0)

  static var isRequested: Bool { requested.load(ordering: .relaxed) != 0 }

  /// From now on the first of these signals ends the process at once with status 75 and this line on standard error, for
  /// phases that leave nothing behind; a second one, of whatever kind, ends it without a word.
  ///
  /// First to be called before there are other threads, which take over what this one blocks.
  static func endAtOnce(saying line: StaticString) {
    lastWords.store(UInt(bitPattern: line.utf8Start), ordering: .sequentiallyConsistent)
    guard !isWatching else { return }
    isWatching = true
    // The flag exists before a handler can want it: a handler must not be the first to make it.
    _ = requested.load(ordering: .relaxed)
    _ = actions()
    unblock()
  }

  nonisolated(unsafe) private static var isWatching = false

  /// From now on the first of these signals only sets the flag.
  static func hold() { lastWords.store(0, ordering: .sequentiallyConsistent) }

  /// Has `body` finish a file before one of these signals ends the process, as it then does: for commands that such
  /// signals end in the usual way. Not where what is written to is no file, and may keep its writer waiting.
  static func finishing<Value>(writing path: String, _ body: () throws -> Value) rethrows -> Value {
    var status = stat()
    let isFile = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    guard isFile, !isWatching else { return try body() }
    hold()
    _ = requested.load(ordering: .relaxed)
    let previous = actions()
    defer {
      for (signal, action) in previous {
        var action = action
        sigaction(signal, &action, nil)
      }
      let signal = requested.load(ordering: .relaxed)
      if signal != 0 { raise(signal) }
    }
    return try body()
  }

  // MARK: - Handlers

  /// Installs the handlers.
  ///
  /// - Returns: What was there before.
  private static func actions() -> [(CInt, sigaction)] {
    var replaced: [(CInt, sigaction)] = []
    for signal in signals {
      var previous = sigaction()
      sigaction(signal, nil, &previous)
      // A parent that had it ignored, such as nohup or a script's background job, means it.
      if isIgnored(previous) { continue }
      var action = sigaction()
      setHandler(&action)
      action.sa_flags = Int32(truncatingIfNeeded: SA_RESETHAND) | SA_RESTART
      sigaction(signal, &action, nil)
      replaced.append((signal, previous))
    }
    return replaced
  }

  /// Parents with worker threads may leave signals blocked, without meaning it.
  private static func unblock() {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Called by the system at any moment: nothing here may allocate or lock.
  private static func handle(_ signal: CInt) {
    _ = requested.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
    guard let words = UnsafePointer<CChar>(bitPattern: lastWords.load(ordering: .sequentiallyConsistent))
    else { return }
    ProgramNetwork.endAllPrograms()
    var waiting = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    // Nobody may be reading.
    if poll(&waiting, 1, 100) == 1 {
      _ = write(STDERR_FILENO, words, strlen(words))
    }
    _exit(ExitStatus.interrupted.rawValue)
  }

  private static func setHandler(_ action: inout sigaction) {
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = { Interruption.handle($0) }
    #else
      action.__sigaction_u.__sa_handler = { Interruption.handle($0) }
    #endif
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Glibc)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
