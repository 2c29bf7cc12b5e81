import FeynmanKac
import ScoreNetworks

/// Models in ONNX files.
enum ONNXKind {
  private static let file = Key(
    ModelFiles.fileName, .path("the path of an ONNX file"), .required,
    "An exported model; tensors may lie in files beside it.")
  private static let prediction = Key<PredictionName>(
    "prediction", .choice, .required, "What the output stands for.")
  private static let noiseInput = Key<NoiseInput>(
    "noise_input", .choice, .required, "What the noise input takes: log(α²/σ²), t, t (timesteps − 1) or σ.")
  private static let timesteps = Key(
    "timesteps", .count(2...0x7FFF_FFFF), .byDefault(ONNXNetwork.standardTimesteps),
    "Of the training, for timestep.")
  private static let stateInput = OptionalKey(
    "x", .text("the name of an input"), "Takes the rows.", property: "states")
  private static let noiseName = OptionalKey("noise", .text("the name of an input"), "Takes the noise.")
  private static let conditionInput = OptionalKey(
    "condition", .text("the name of an input"), "Takes the condition.")
  private static let inputs = OptionalKey(
    "inputs", .record(RecordShape(keys: [stateInput, noiseName, conditionInput])),
    "The names of the file's inputs, where they are not obvious.", property: "names")
  private static let output = OptionalKey(
    "output", .text("the name of an output"), "The output to take, where there are several.",
    property: "names.output")
  private static let device = Key(
    "device", .choice(["CPU", "GPU", "AUTO"]), .byDefault(ONNXNetwork.standardDevice),
    "What OpenVINO evaluates on; only CPU promises the same bytes for the same seed.")
  private static let batchRows = OptionalKey(
    "batch_rows", .batchRows,
    "Rows of a call: a number, all particles up to 256 MB, or blocks; blocks on CPU, else all.")

  static let kind: ModelKind = .init(
    "onnx", "A network in an ONNX file, which OpenVINO evaluates.",
    keys: [
      file, ModelFiles.sha256, ModelFiles.pinned, prediction, noiseInput, timesteps, inputs, output, device,
      batchRows,
    ] + TrainedLevels.keys, needs: .openVINO
  ) { settings, factory throws(SettingFailure) in
    let path = try file.value(in: settings)
    let prediction = try PredictionSetting.prediction(prediction.value(in: settings), settings)
    let input = Input(
      noise: try noiseInput.value(in: settings), timesteps: try timesteps.value(in: settings),
      device: try device.value(in: settings),
      batching: batchRows.value(in: settings)?.batching(callsAtOnce: 1))
    let noiseLevels = try TrainedLevels.levels(settings)
    let (bytes, pinned) = try factory.pinned(path, sha256: ModelFiles.sha256.value(in: settings))
    let parts = try parts(of: bytes, file: path)
    let external = try factory.externalFiles(
      of: parts.externalFiles, beside: path, stated: settings[ModelFiles.pinned])

    // Models that differ in their condition alone share their network.
    let keys: [any AnyKey] = [noiseInput, timesteps, inputs, output, device, batchRows]
    let sums = external.sums.map { Setting.text($0.sha256) }
    let shared = [.text(pinned.sha256), .list(sums), .text(kind.name)] + keys.map { settings[$0] }
    let network: any Network
    if let known = factory.loaded.shared.first(where: { $0.settings == shared }) {
      network = known.network
    } else {
      do throws(OpenVINO.Unavailable) { try OpenVINO.load() } catch {
        throw SettingFailure(key: Models.registry.key, problem: error.description, status: .unavailable)
      }
      network = try read(parts, external.contents, file: path, input, names(settings))
      factory.loaded.shared.append((shared, network))
    }
    return .init(
      model: try PretrainedModel(network, settings, prediction: prediction, noiseLevels: noiseLevels),
      file: pinned, pinned: external.sums)
  }

  private static func parts(of bytes: [UInt8], file: String) throws(SettingFailure) -> ONNXFile {
    do throws(ONNXNetworkError) { return try ONNXFile(bytes: bytes) } catch {
      throw SettingFailure(key: error.setting, problem: "'\(file)': \(error.problem)")
    }
  }

  /// How a network is asked.
  private struct Input {
    let noise: NoiseInput
    let timesteps: Int
    let device: String
    let batching: Batching?
  }

  private static func names(_ settings: Setting) -> ONNXNetwork.Names {
    let inputs = inputs.value(in: settings) ?? .mapping([])
    return ONNXNetwork.Names(
      states: stateInput.value(in: inputs), noise: noiseName.value(in: inputs),
      condition: conditionInput.value(in: inputs), output: output.value(in: settings))
  }

  private static func read(
    _ parts: ONNXFile, _ externalFiles: [String: [UInt8]], file path: String, _ input: Input,
    _ names: ONNXNetwork.Names
  ) throws(SettingFailure) -> ONNXNetwork {
    do throws(ONNXNetworkError) {
      return try ONNXNetwork(
        parts, externalFiles: externalFiles, names: names, noiseInput: input.noise,
        timesteps: input.timesteps, device: input.device, batching: input.batching)
    } catch {
      switch error.kind {
      case .mismatch:
        throw SettingFailure(
          key: ModelFactory.words.key(of: error.setting),
          problem: ModelFactory.words.translated(error.problem))
      case .noDevice:
        throw SettingFailure(
          key: device.name, problem: "\(input.device): \(error.problem)", status: .unavailable)
      case .unreadable, .failed:
        throw SettingFailure(key: file.name, problem: "'\(path)': \(error.problem)")
      }
    }
  }
}
