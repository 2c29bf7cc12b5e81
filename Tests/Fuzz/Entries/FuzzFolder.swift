import FeynmanKac
import Foundation
import ParticleEngine

/// A folder for the files of readers that want a path, in memory where the caller has put `TMPDIR` there.
final class FuzzFolder: Sendable {
  let path: String

  /// - Parameter name: Unlike that of any other folder of the process.
  init(_ name: String) {
    path = NSTemporaryDirectory() + "fkc-fuzz-\(ProcessInfo.processInfo.processIdentifier)-\(name)"
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      fatalError("\(path): \(FileBytes.systemReason())")
    }
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Replaces the content of a file.
  ///
  /// - Returns: Its path.
  @discardableResult
  func write(_ name: String, _ bytes: some Collection<UInt8>) -> String {
    write(name) { descriptor in
      Array(bytes).withUnsafeBytes { FileBytes.write($0, to: descriptor) }
    }
  }

  /// Replaces a file by what a body writes, which says what went wrong.
  @discardableResult
  func write(_ name: String, by body: (CInt) -> String?) -> String {
    let path = file(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { fatalError("\(path): \(FileBytes.systemReason())") }
    defer { close(descriptor) }
    if let problem = body(descriptor) { fatalError("\(path): \(problem)") }
    return path
  }

  /// Removes a file, if there is one.
  func remove(_ name: String) { unlink(file(name)) }
}
