import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether somebody asked the process to end, by SIGINT or SIGTERM.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on the first of these signals only sets the flag; a second one ends the process at once.
  ///
  /// To be called before there are other threads, which take over what this one blocks.
  static func watch() {
    // The flag exists before a handler can want it: a handler must not be the first to make it.
    requested.store(false, ordering: .relaxed)
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM] {
      var previous = sigaction()
      sigaction(signal, nil, &previous)
      // A parent that had it ignored, such as nohup or a script's background job, means it.
      if isIgnored(previous) { continue }
      var action = sigaction()
      setHandler(&action)
      action.sa_flags = Int32(truncatingIfNeeded: SA_RESETHAND) | SA_RESTART
      sigaction(signal, &action, nil)
      sigaddset(&signals, signal)
    }
    // Parents with worker threads may leave it blocked, without meaning it.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func setHandler(_ action: inout sigaction) {
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = { _ in Interruption.requested.store(true, ordering: .relaxed) }
    #else
      action.__sigaction_u.__sa_handler = { _ in Interruption.requested.store(true, ordering: .relaxed) }
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
