import CFeynmanKac
import FeynmanKac
import RunConfigurations

/// An error that a caller holds.
final class ErrorHandle {
  let code: Int32
  let text: CText

  init(_ code: Int32, _ text: String) {
    self.code = code
    self.text = CText(text)
  }

  /// - Parameter failures: What functions of the caller said in the run.
  convenience init(_ error: any Error, _ failures: CallFailures? = nil) {
    let failure = CommandFailure(error)
    let words = failure.map(Self.text) ?? "\(error)"
    if let pending = failures?.pending, failure?.status == .interrupted {
      self.init(Int32(clamping: FKC_FUNCTION_FAILED), pending)
    } else if case RunError.modelFailed(_, _, _, let reason) = error, failures?.include(reason) == true {
      self.init(Int32(clamping: FKC_FUNCTION_FAILED), words)
    } else {
      self.init(failure?.status.rawValue ?? Int32(clamping: FKC_NUMERICAL_FAILURE), words)
    }
  }

  private static func text(_ failure: CommandFailure) -> String {
    failure.lines.map { $0.hasPrefix("fkc: ") ? String($0.dropFirst(5)) : $0 }.joined(separator: "\n")
  }

  /// Hands the error to a caller, unless there is nowhere to put it.
  func give(to place: UnsafeMutablePointer<OpaquePointer?>?) -> Int32 {
    place?.pointee = OpaquePointer(Unmanaged.passRetained(self).toOpaque())
    return code
  }
}

/// Runs what may throw, and gives the error to the caller.
func reporting(
  to place: UnsafeMutablePointer<OpaquePointer?>?, _ failures: CallFailures? = nil, _ body: () throws -> Void
) -> Int32 {
  do {
    try body()
    return Int32(clamping: FKC_OK)
  } catch { return ErrorHandle(error, failures).give(to: place) }
}

@_cdecl("fkc_error_code")
package func errorCode(_ error: OpaquePointer) -> Int32 { errorHandle(error).code }

@_cdecl("fkc_error_text")
package func errorText(_ error: OpaquePointer) -> UnsafePointer<CChar> { errorHandle(error).text.start }

@_cdecl("fkc_error_free")
package func errorFree(_ error: OpaquePointer?) {
  if let error { Unmanaged<ErrorHandle>.fromOpaque(UnsafeRawPointer(error)).release() }
}

private func errorHandle(_ error: OpaquePointer) -> ErrorHandle {
  Unmanaged<ErrorHandle>.fromOpaque(UnsafeRawPointer(error)).takeUnretainedValue()
}
