import FeynmanKac
import ScoreNetworks

/// Models in ONNX files.
enum ONNXKind {
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
  private static let batchRows = OptionalKey(
    "batch_rows", .batchRows,
    "Rows of a call: a number, all particles up to 256 MB, or blocks; blocks on CPU, else all.")

  static let kind: ModelKind = .init(
    "onnx", "A network in an ONNX file, which OpenVINO evaluates.",
    keys: [
      ONNXKeys.file, ModelFiles.sha256, ModelFiles.pinned, prediction, noiseInput, timesteps, inputs, output,
      ONNXKeys.device, batchRows,
    ] + TrainedLevels.keys, needs: .openVINO
  ) { settings, factory throws(SettingFailure) in
    let prediction = try PredictionSetting.prediction(prediction.value(in: settings), settings)
    let noise = try noiseInput.value(in: settings)
    let steps = try timesteps.value(in: settings)
    let noiseLevels = try TrainedLevels.levels(settings)
    let parts = try ONNXKeys.parts(settings, factory)

    // Models that differ in their condition alone share their network.
    let keys: [any AnyKey] = [noiseInput, timesteps, inputs, output, ONNXKeys.device, batchRows]
    let sums = parts.sums.map { Setting.text($0.sha256) }
    let shared = [.text(parts.pinned.sha256), .list(sums), .text(kind.name)] + keys.map { settings[$0] }
    let network: any Network
    if let known = factory.loaded.shared.first(where: { $0.settings == shared }) {
      network = known.network
    } else {
      network = try ONNXKeys.made(
        of: parts, settings, key: Models.registry.key, setting: { ModelFactory.words.key(of: $0) }
      ) { device throws(ONNXNetworkError) in
        try ONNXNetwork(
          parts.file, externalFiles: parts.external, names: names(settings), noiseInput: noise,
          timesteps: steps, device: device, batching: batchRows.value(in: settings)?.batching(callsAtOnce: 1))
      }
      factory.loaded.shared.append((shared, network))
    }
    return .init(
      model: try PretrainedModel(network, settings, prediction: prediction, noiseLevels: noiseLevels),
      file: parts.pinned, pinned: parts.sums)
  }

  private static func names(_ settings: Setting) -> ONNXNetwork.Names {
    let inputs = inputs.value(in: settings) ?? .mapping([])
    return ONNXNetwork.Names(
      states: stateInput.value(in: inputs), noise: noiseName.value(in: inputs),
      condition: conditionInput.value(in: inputs), output: output.value(in: settings))
  }
}
