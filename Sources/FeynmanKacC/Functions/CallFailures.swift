import CFeynmanKac
import Synchronization

/// A function of the caller said that it failed.
struct FunctionFailed: Error, CustomStringConvertible {
  let description: String
}

/// What functions of the caller said of their failures in one run.
final class CallFailures: Sendable {
  private let said = Mutex<Set<String>>([])
  private let unthrown = Mutex<String?>(nil)

  /// What a function said that had no way to end the run; nil where none did.
  var pending: String? { unthrown.withLock { $0 } }

  /// Has the run end because of what a function said that has no way to throw.
  func keep(_ reason: String) { unthrown.withLock { $0 = $0 ?? reason } }

  /// Whether a function said so of its failure.
  func include(_ reason: String) -> Bool { said.withLock { $0.contains(reason) } }

  private func remember(_ reason: String) { said.withLock { _ = $0.insert(reason) } }

  /// Calls a function with memory for its message.
  ///
  /// - Parameters:
  ///   - what: What failed, for a function that says nothing.
  ///   - body: The call, which returns the function's status.
  /// - Throws: `FunctionFailed` with the function's message, unless it returned 0.
  func calling(_ what: @autoclosure () -> String, _ body: (UnsafeMutablePointer<CChar>) -> Int32) throws {
    let size = Int(FKC_MESSAGE_SIZE)
    let message: String? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { message in
      let start = message.baseAddress!
      start.initialize(repeating: 0, count: size)
      guard body(start) != 0 else { return nil }
      // A caller may have filled it to the last byte.
      message[size - 1] = 0
      return String(cString: start)
    }
    guard let message else { return }
    let reason = message.isEmpty ? "\(what()) failed" : message
    remember(reason)
    throw FunctionFailed(description: reason)
  }
}

/// A pointer that belongs to the caller, who sees to it that functions may be called on any thread.
struct CallerContext: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer?
}
