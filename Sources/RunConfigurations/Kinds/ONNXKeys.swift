import FeynmanKac
import ScoreNetworks

/// The keys of ONNX files, for a model or a reward, and what they come to.
enum ONNXKeys {
  static let file = Key(
    ModelFiles.fileName, .path("the path of an ONNX file"), .required,
    "An exported network; tensors may lie in files beside it.")
  static let device = Key(
    "device", .choice(["CPU", "GPU", "AUTO"]), .byDefault(ONNXNetwork.standardDevice),
    "What OpenVINO evaluates on; only CPU promises the same bytes for the same seed.")

  /// A file that was read, with those beside it.
  struct Parts {
    /// What the config calls it.
    let path: String
    let pinned: ModelFactory.PinnedFile
    let file: ONNXFile
    /// What is in the files beside it, by their names there.
    let external: [String: [UInt8]]
    let sums: [ModelFactory.NamedSum]
  }

  /// - Throws: `SettingFailure` where a file is missing, is none, or is not what it was.
  static func parts(_ settings: Setting, _ factory: ModelFactory) throws(SettingFailure) -> Parts {
    let path = try file.value(in: settings)
    let (bytes, pinned) = try factory.pinned(path, sha256: ModelFiles.sha256.value(in: settings))
    let parts: ONNXFile
    do throws(ONNXNetworkError) { parts = try ONNXFile(bytes: bytes) } catch {
      throw SettingFailure(key: error.setting, problem: "'\(path)': \(error.problem)")
    }
    let external = try factory.externalFiles(
      of: parts.externalFiles, beside: path, stated: settings[ModelFiles.pinned])
    return Parts(path: path, pinned: pinned, file: parts, external: external.contents, sums: external.sums)
  }

  /// Makes what a file is for.
  ///
  /// - Parameters:
  ///   - key: The key of the kind that needs OpenVINO, and is at fault where there is none.
  ///   - setting: What the config calls an argument of the library.
  /// - Throws: `SettingFailure` with the setting at fault.
  static func made<Made>(
    of parts: Parts, _ settings: Setting, key: String, setting: (String) -> String,
    _ body: (_ device: String) throws(ONNXNetworkError) -> Made
  ) throws(SettingFailure) -> Made {
    do throws(OpenVINO.Unavailable) { try OpenVINO.load() } catch {
      throw SettingFailure(key: key, problem: error.description, status: .unavailable)
    }
    let deviceName = try device.value(in: settings)
    do throws(ONNXNetworkError) { return try body(deviceName) } catch {
      switch error.kind {
      case .mismatch:
        throw SettingFailure(
          key: setting(error.setting), problem: ModelFactory.words.translated(error.problem))
      case .noDevice:
        throw SettingFailure(
          key: device.name, problem: "\(deviceName): \(error.problem)", status: .unavailable)
      case .unreadable, .failed:
        throw SettingFailure(key: file.name, problem: "'\(parts.path)': \(error.problem)")
      }
    }
  }
}
