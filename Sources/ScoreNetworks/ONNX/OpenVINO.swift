internal import COpenVINO
import Foundation

/// OpenVINO, which evaluates ONNX files. It is loaded when the first one is.
public enum OpenVINO {
  /// OpenVINO cannot be used.
  public struct Unavailable: Error, Equatable, CustomStringConvertible {
    /// What was found and what to do, in one sentence without a full stop.
    public let description: String
  }

  /// The environment variable that names the folder of its libraries.
  public static let variable = "FKC_OPENVINO"
  /// The environment of Python that `make onnx` installs it into.
  public static let environmentName = ".venv-onnx"

  private static let advice =
    "run 'make onnx', or set \(variable) to the folder of libopenvino_c, such as openvino/libs of a Python package"
  #if os(macOS)
    private static let fileName = "libopenvino_c.dylib"
    private static let filePrefix = "libopenvino_c."
  #else
    private static let fileName = "libopenvino_c.so"
    private static let filePrefix = "libopenvino_c.so"
  #endif

  /// Loads the library from the folder in `FKC_OPENVINO`; where that is not set, from the nearest `.venv-onnx` above the
  /// working folder or the program; else from wherever the system has it.
  ///
  /// - Throws: `Unavailable` where it is in none of these places, or is not OpenVINO.
  public static func load() throws(Unavailable) {
    let path: String
    if let folder = ProcessInfo.processInfo.environment[variable], !folder.isEmpty {
      guard let found = library(in: folder) else {
        throw Unavailable(
          description:
            "OpenVINO is not installed: \(variable) is '\(folder)', which holds no \(fileName); \(advice)")
      }
      path = found
    } else {
      path = installed ?? fileName
    }
    if let problem = fk_openvino_load(path) {
      defer { free(problem) }
      throw Unavailable(description: "OpenVINO is not installed (\(String(cString: problem))); \(advice)")
    }
  }

  /// Its version, such as "2026.4.1". It must be loaded.
  public static var version: String {
    String(String(cString: fk_openvino_version()).prefix { $0 != "-" })
  }

  // MARK: - Where it is

  private static func library(in folder: String) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(filePrefix) }.max().map { "\(folder)/\($0)" }
  }

  private static var installed: String? {
    let program = CommandLine.arguments.first.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath() }
    let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let starts =
      [URL(fileURLWithPath: FileManager.default.currentDirectoryPath), executable]
      + [program].compactMap { $0 }
    for start in starts {
      var folder = start.path
      while true {
        if let found = library(inEnvironment: folder + "/" + environmentName) { return found }
        guard folder != "/", !folder.isEmpty else { break }
        folder = (folder as NSString).deletingLastPathComponent
      }
    }
    return nil
  }

  private static func library(inEnvironment environment: String) -> String? {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: environment + "/lib")) ?? []
    return versions.filter { $0.hasPrefix("python") }.sorted().lazy
      .compactMap { library(in: "\(environment)/lib/\($0)/site-packages/openvino/libs") }.first
  }
}
