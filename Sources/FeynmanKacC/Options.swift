import CFeynmanKac
import RunConfigurations

/// How a caller wants a run, with what he left out.
///
/// Unchecked: what it points to is the caller's, who keeps it for as long as the run lasts.
struct Options: @unchecked Sendable {
  private let given: fkc_options

  /// - Parameter options: NULL for the default; of a caller who knows fewer fields, the first ones alone.
  init(_ options: UnsafePointer<fkc_options>?) {
    var copy = fkc_options()
    if let options {
      // A caller who left the size out knows of all that there was in the first version.
      let size = options.pointee.size == 0 ? MemoryLayout<fkc_options>.size : options.pointee.size
      withUnsafeMutableBytes(of: &copy) { bytes in
        bytes.copyMemory(
          from: UnsafeRawBufferPointer(start: options, count: min(size, MemoryLayout<fkc_options>.size)))
      }
    }
    given = copy
  }

  /// What messages call the config, with the folder that its paths start from.
  var file: String {
    let name = given.name.map { String(cString: $0) } ?? "config"
    return given.folder.map { FilePaths.joined(name, to: String(cString: $0)) } ?? name
  }

  /// Changes of the config.
  ///
  /// - Throws: `CommandFailure`, usage, at one that is none.
  func overrides() throws -> [ConfigurationOverride] {
    try (0..<Int(given.settings_count)).map { index in
      let text = given.settings[index].map { String(cString: $0) } ?? ""
      guard let change = ConfigurationOverride(text) else {
        throw CommandFailure(.usage, "the setting '\(text)': give path=value, such as sampler.steps=100")
      }
      return change
    }
  }

  var threads: Int? { given.threads > 0 ? Int(given.threads) : nil }
  var programs: ProgramConsent { given.allow_programs != 0 ? .given : .asked }
  var output: String? { given.output.map { String(cString: $0) } }
  var overwrite: Bool { given.overwrite != 0 }
  var resume: Bool { given.resume != 0 }
  var writesReport: Bool { given.report != 0 }
  var observer: fkc_observer? { given.observer }
  var observerContext: UnsafeMutableRawPointer? { given.observer_context }
  var isStopped: Bool { fk_stop_flag(given.stop) != 0 }

  /// Says a line to the caller.
  func notice(_ line: String) { given.notice?(given.notice_context, line) }
}
