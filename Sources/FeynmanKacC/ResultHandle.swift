import CFeynmanKac
import FeynmanKac
import RunConfigurations

/// A result that a caller holds, with all that was handed out of it.
final class ResultHandle {
  private let files: RunFiles
  /// The folder that has it, or the name of a run without one.
  private let folder: String
  private var trajectory: TrajectoryArrays?
  private let texts: [String: CText]
  private let names: CText

  private init(_ files: RunFiles, folder: String, trajectory: TrajectoryArrays?) {
    self.files = files
    self.folder = folder
    self.trajectory = trajectory
    texts = [
      "summary.json": CText(files.summary), "trace.csv": CText(files.trace),
      "config.yaml": CText(files.config),
    ]
    let arrays =
      ["samples", "log_weights", "ancestors"] + (files.genealogy == nil ? [] : ["genealogy"])
      + (trajectory == nil ? [] : ["trajectory", "trajectory_parents", "trajectory_log_weights"])
    names = CText(arrays.joined(separator: " "))
  }

  /// A run that stayed in memory.
  convenience init(_ run: FinishedRun, name: String) {
    self.init(run.files, folder: name, trajectory: run.trajectory)
  }

  /// A run whose files are in a folder.
  ///
  /// - Throws: `FileError` where its trajectory cannot be read back.
  convenience init(_ run: FinishedRun, in folder: String) throws {
    self.init(run.files, folder: folder, trajectory: try TrajectoryArrays(reading: folder))
  }

  /// Reads the folder of a run.
  ///
  /// - Throws: `FileError`, missing or malformed.
  convenience init(reading folder: String) throws {
    let (files, trajectory) = try ResultFolder.reading(folder) {
      (try RunFiles(reading: folder), try TrajectoryArrays(reading: folder))
    }
    self.init(files, folder: folder, trajectory: trajectory)
  }

  /// The handle for a caller, who frees it.
  var given: OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  fileprivate static func at(_ handle: OpaquePointer) -> ResultHandle {
    Unmanaged<ResultHandle>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }

  fileprivate var arrayNames: UnsafePointer<CChar> { names.start }
  fileprivate func text(_ name: String) -> UnsafePointer<CChar>? { texts[name]?.start }

  fileprivate func array(_ name: String) -> fkc_array? {
    func view<Element: CElement>(_ array: NPYArray<Element>?) -> fkc_array? {
      array.map { fkc_array($0.values, $0.shape) }
    }
    return switch name {
    case "samples": view(files.samples)
    case "log_weights": view(files.logWeights)
    case "ancestors": view(files.ancestors)
    case "genealogy": view(files.genealogy)
    case "trajectory": view(trajectory?.states)
    case "trajectory_parents": view(trajectory?.parents)
    case "trajectory_log_weights": view(trajectory?.logWeights)
    default: nil
    }
  }

  fileprivate func writeReport(to path: String) throws {
    try FileBytes.replace(path, with: page(of: files, in: folder))
  }
}

@_cdecl("fkc_load")
package func load(
  _ folder: UnsafePointer<CChar>, _ result: UnsafeMutablePointer<OpaquePointer?>,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  reporting(to: error) { result.pointee = try ResultHandle(reading: String(cString: folder)).given }
}

@_cdecl("fkc_result_arrays")
package func resultArrays(_ result: OpaquePointer) -> UnsafePointer<CChar> {
  ResultHandle.at(result).arrayNames
}

@_cdecl("fkc_result_array")
package func resultArray(
  _ result: OpaquePointer, _ name: UnsafePointer<CChar>, _ array: UnsafeMutablePointer<fkc_array>
) -> Int32 {
  guard let found = ResultHandle.at(result).array(String(cString: name)) else {
    return Int32(clamping: FKC_MISSING_INPUT)
  }
  array.pointee = found
  return Int32(clamping: FKC_OK)
}

@_cdecl("fkc_result_text")
package func resultText(_ result: OpaquePointer, _ name: UnsafePointer<CChar>) -> UnsafePointer<CChar>? {
  ResultHandle.at(result).text(String(cString: name))
}

@_cdecl("fkc_result_report")
package func resultReport(
  _ result: OpaquePointer, _ path: UnsafePointer<CChar>, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  reporting(to: error) { try ResultHandle.at(result).writeReport(to: String(cString: path)) }
}

@_cdecl("fkc_result_free")
package func resultFree(_ result: OpaquePointer?) {
  if let result { Unmanaged<ResultHandle>.fromOpaque(UnsafeRawPointer(result)).release() }
}
