import FeynmanKac
import ScoreNetworks

/// The keys of models that are evaluated by somebody else's code.
enum ExternalModelSchema {
  static let process = RecordShape(
    [
      SettingField(
        "command", .list(.text("a word")), .required,
        "The program, looked up along PATH, and its arguments; it speaks the protocol of ProcessModels."),
      SettingField(
        "folder", .path("the path of a folder"), .optional,
        "Where the program works; the config's folder by default."),
      SettingField("dimensions", .wholeNumber(1...0x7FFF_FFFF), .required, "d, the length of a row."),
      SettingField(
        "prediction", .choice(PredictionSetting.names), .byDefault("score"), "What the answers stand for."),
      SettingField(
        "conditions", .wholeNumber(1...0x7FFF_FFFF), .optional,
        "How many numbers a condition has; left out, the model takes none."),
      SettingField(
        "timeout_seconds", .number(.positive), .byDefault(60.0),
        "How long the program may take to be ready, and for each answer."),
      SettingField(
        "workers", .wholeNumber(1...256), .byDefault(1), "How many copies of the program answer at once."),
      SettingField(
        "files", .list(.path("the path of a file")), .optional,
        "What the program reads beside the files that its command names, such as weights; each is pinned."),
      ModelFactory.pinnedField,
    ] + noiseRange)

  static let onnx = RecordShape(
    [
      SettingField(
        "file", .path("the path of an ONNX file"), .required,
        "An exported model; tensors may lie in files beside it."),
      SettingField(
        "sha256", .text("64 hexadecimal digits"), .optional, "Of the file; a file that changed is refused."),
      ModelFactory.pinnedField,
      SettingField(
        "prediction", .choice(PredictionSetting.names), .required, "What the output stands for."),
      SettingField(
        "noise_input", .choice(NoiseInput.allCases.map(\.rawValue)), .required,
        "What the noise input takes: log(α²/σ²), t, t (timesteps − 1) or σ."),
      SettingField(
        "timesteps", .wholeNumber(2...0x7FFF_FFFF), .byDefault(1000), "Of the training, for timestep."),
      SettingField(
        "inputs",
        .record(
          RecordShape([
            SettingField("x", .text("the name of an input"), .optional, "Takes the rows."),
            SettingField("noise", .text("the name of an input"), .optional, "Takes the noise."),
            SettingField("condition", .text("the name of an input"), .optional, "Takes the condition."),
          ])), .optional, "The names of the file's inputs, where they are not obvious."),
      SettingField(
        "output", .text("the name of an output"), .optional, "The output to take, where there are several."),
      SettingField(
        "device", .choice(["CPU", "GPU", "AUTO"]), .byDefault("CPU"),
        "What OpenVINO evaluates on; only CPU promises the same bytes for the same seed."),
    ] + noiseRange)

  /// The levels at which a network was trained, which it does not say itself.
  private static let noiseRange = [
    SettingField(
      "minimum_noise_level", .number(.positive), .optional,
      "The smallest v that the model was trained at; the end of its process by default."),
    SettingField(
      "maximum_noise_level", .number(.positive), .optional,
      "The largest v that the model was trained at; the end of its process by default."),
  ]

  /// What the keys of the noise range say; nil where neither is given.
  static func noiseLevels(_ setting: Setting) throws(ModelFactory.Failure) -> ClosedRange<Double>? {
    let smallest = setting["minimum_noise_level"]?.number
    let largest = setting["maximum_noise_level"]?.number
    guard smallest != nil || largest != nil else { return nil }
    guard smallest ?? 0 < largest ?? .infinity else {
      throw ModelFactory.Failure(
        key: "minimum_noise_level",
        problem: "found \(smallest!), which is not below maximum_noise_level, \(largest!)")
    }
    return (smallest ?? 0)...(largest ?? .infinity)
  }
}
