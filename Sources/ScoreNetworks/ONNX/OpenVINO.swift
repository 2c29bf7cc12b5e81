internal import CKernels
internal import COpenVINO
import FeynmanKac
import Libc

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

  /// Loads the library from the folder in `FKC_OPENVINO`; where that is not set, from `.venv-onnx` beside the program, or,
  /// for a program in a `.build` folder, beside that one; else from wherever the system's loader has it. Never from a
  /// place that depends on the working folder.
  ///
  /// - Throws: `Unavailable` where it is in none of these places, or is not OpenVINO.
  public static func load() throws(Unavailable) {
    let path: String
    if let folder = getenv(variable).map({ String(cString: $0) }), !folder.isEmpty {
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
    FolderNames.of(folder).filter { $0.hasPrefix(filePrefix) }.max().map { "\(folder)/\($0)" }
  }

  private static var installed: String? {
    guard let program = executable else { return nil }
    return environments(besideProgram: program).lazy.compactMap { library(inEnvironment: $0) }.first
  }

  /// Where an environment may be for a program at a real path. Not in any folder above it: those may be others' to write,
  /// as `/tmp` is.
  package static func environments(besideProgram program: String) -> [String] {
    let parent = program.prefix(upTo: program.lastIndex(of: "/") ?? program.startIndex)
    let folder = parent.isEmpty ? "/" : String(parent)
    var places = [folder]
    let components = folder.split(separator: "/")
    if let build = components.lastIndex(of: ".build") {
      places.append("/" + components[..<build].joined(separator: "/"))
    }
    return places.map { ($0 == "/" ? "" : $0) + "/" + environmentName }
  }

  /// The real path of the program that runs, whatever its caller called it.
  private static var executable: String? {
    guard let real = fk_program_path() else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  private static func library(inEnvironment environment: String) -> String? {
    FolderNames.of(environment + "/lib").filter { $0.hasPrefix("python") }.lazy
      .compactMap { library(in: "\(environment)/lib/\($0)/site-packages/openvino/libs") }.first
  }
}
