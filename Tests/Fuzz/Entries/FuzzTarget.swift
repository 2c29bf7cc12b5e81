import Foundation

/// A reader of what comes from outside, to be tried with any bytes: by the fuzzer, and by the tests that replay what it found.
package struct FuzzTarget: Sendable {
  /// What the command line and the folder of its corpus call it.
  package let name: String
  /// Reads the bytes. It throws where they are refused with a sentence, and nothing that they hold ends the process.
  package let read: @Sendable (_ bytes: [UInt8]) throws -> Void

  init(_ name: String, _ read: @escaping @Sendable (_ bytes: [UInt8]) throws -> Void) {
    self.name = name
    self.read = read
  }

  /// Every target.
  package static let all = [
    configuration, json, npy, safetensors, onnx, state, checkpoint, worker, report,
  ]

  /// The one that the environment variable `FKC_FUZZ_TARGET` names.
  fileprivate static let chosen: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["FKC_FUZZ_TARGET"] ?? ""
    guard let target = all.first(where: { $0.name == name }) else {
      fatalError("FKC_FUZZ_TARGET is '\(name)'; give one of \(all.map(\.name).joined(separator: ", "))")
    }
    return target
  }()
}

/// What libFuzzer calls with every input.
@_cdecl("fkc_fuzz")
public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  do { try FuzzTarget.chosen.read(Array(UnsafeBufferPointer(start: bytes, count: count))) } catch {}
}
