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
  static func watch() {
    // The flag exists before a handler can want it: a handler must not be the first to make it.
    requested.store(false, ordering: .relaxed)
    var action = sigaction()
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = { _ in Interruption.requested.store(true, ordering: .relaxed) }
    #else
      action.__sigaction_u.__sa_handler = { _ in Interruption.requested.store(true, ordering: .relaxed) }
    #endif
    action.sa_flags = Int32(truncatingIfNeeded: SA_RESETHAND) | SA_RESTART
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
  }
}
