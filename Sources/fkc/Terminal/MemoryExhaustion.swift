import Libc
import RunConfigurations
import ScoreNetworks

/// What ends the process where the system gives no more memory in the middle of something, as where `ulimit -v` or strict accounting forbids it.
///
/// Swift and C libraries then trap or abort. A run has what it was forecast to need before it starts, so only what nobody could
/// foresee comes here. Every other fault ends the process as ever.
enum MemoryExhaustion {
  private static let signals = [SIGABRT, SIGTRAP, SIGILL, SIGSEGV, SIGBUS]
  /// What the system must have left, or memory is not what was missing.
  private static let probeBytes = 64 << 20
  /// The stack of a handler: that of the thread may be what could not grow.
  private static let stackBytes = 64 << 10
  private static let lastWords: StaticString =
    "fkc: the system gives this process no more memory; nothing that is whole was touched, and --resume goes on from the last checkpoint of a run\n"
  /// What each signal did before, such as printing where the fault was.
  nonisolated(unsafe) private static let former = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)

  /// Has such an end say so, with status 70. First to be called before there are other threads.
  static func watch() {
    giveStack()
    for signal in signals {
      sigaction(signal, nil, former + Int(signal))
      var action = sigaction()
      setHandler(&action)
      action.sa_flags = CInt(truncatingIfNeeded: SA_ONSTACK)
      sigaction(signal, &action, nil)
    }
  }

  /// Gives this thread a stack for handlers, unless it has one.
  private static func giveStack() {
    var alternate = stack_t()
    guard sigaltstack(nil, &alternate) == 0, alternate.ss_flags & CInt(truncatingIfNeeded: SS_DISABLE) != 0,
      let stack = malloc(stackBytes)
    else { return }
    alternate.ss_sp = stack
    alternate.ss_size = stackBytes
    alternate.ss_flags = 0
    sigaltstack(&alternate, nil)
  }

  /// Called by the system at any moment: nothing here may allocate or lock.
  private static func handle(_ signal: CInt) {
    let probe = mmap(nil, probeBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard probe == MAP_FAILED else {
      munmap(probe, probeBytes)
      // It comes again once this returns, to whoever it was for.
      sigaction(signal, former + Int(signal), nil)
      raise(signal)
      return
    }
    ProgramNetwork.endAllPrograms()
    _ = write(STDERR_FILENO, lastWords.utf8Start, lastWords.utf8CodeUnitCount)
    _exit(ExitStatus.numericalFailure.rawValue)
  }

  private static func setHandler(_ action: inout sigaction) {
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = { MemoryExhaustion.handle($0) }
    #else
      action.__sigaction_u.__sa_handler = { MemoryExhaustion.handle($0) }
    #endif
  }
}
