internal import CKernels
import Libc

/// A thread that nobody waits for.
///
/// Not Foundation's, which says nothing when the system refuses one, and not Dispatch's, which then tries again for ever.
package enum HelperThread {
  /// What each has for its stack.
  static let stackBytes = 8 << 20

  private final class Work {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }

    func run() {
      fk_name_thread(name)
      body()
    }
  }

  /// - Returns: 0, or an `errno`; the body is then never called.
  package static func start(name: String, _ body: @escaping @Sendable () -> Void) -> CInt {
    var attributes = pthread_attr_t()
    var status = pthread_attr_init(&attributes)
    guard status == 0 else { return status }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackBytes)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    let work = Unmanaged.passRetained(Work(name, body))
    #if os(Linux)
      var thread = pthread_t()
      status = pthread_create(&thread, &attributes, helperThreadBody, work.toOpaque())
    #else
      var thread: pthread_t?
      status = pthread_create(&thread, &attributes, { helperThreadBody($0) }, work.toOpaque())
    #endif
    if status != 0 { work.release() }
    return status
  }

  fileprivate static func run(_ work: UnsafeMutableRawPointer) {
    Unmanaged<Work>.fromOpaque(work).takeRetainedValue().run()
  }
}

private func helperThreadBody(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let work { HelperThread.run(work) }
  return nil
}
