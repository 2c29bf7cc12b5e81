import FeynmanKac

/// The architecture of a network file.
public enum NetworkSettings: Sendable, Equatable {
  case mlp(MLPSettings)
  case egnn(EGNNSettings)

  /// The embedding of noise and condition.
  public var embedding: EmbeddingSettings {
    switch self {
    case .mlp(let settings): settings.embedding
    case .egnn(let settings): settings.embedding
    }
  }

  /// `d`, the length of a row.
  public var dimensions: Int {
    switch self {
    case .mlp(let settings): settings.dimensions
    case .egnn(let settings): settings.dimensions
    }
  }
}

/// A pretrained network as a file: what <doc:NetworkFiles> describes.
public struct NetworkFile: Sendable {
  /// The `format` that files must state.
  public static let format = "feynman-kac-network/1"

  /// The tensors and the header's texts.
  public let contents: SafetensorsFile
  /// The architecture.
  public let settings: NetworkSettings
  /// What the network's output stands for.
  public let prediction: Prediction
  /// The process that the network was trained under, as JSON of the config's section `process`; nil where the file does
  /// not say.
  public let process: String?
  /// The levels `v = (σ/α)²` at which the network was trained; nil where the file does not say.
  public let noiseLevels: ClosedRange<Double>?
  /// The data's standard deviation per dimension, in data units; nil where the file does not say.
  public let dataStandardDeviation: Double?
  /// What people should know.
  public let notes: String?

  /// Reads a file.
  ///
  /// - Throws: `FileError`, `missing` or `malformed`, in a sentence that names the setting.
  public init(file path: String) throws(FileError) {
    try self.init(SafetensorsFile(file: path))
  }

  /// Reads the settings of a file's header. Tensors are looked at when a network is made.
  ///
  /// - Throws: `FileError`, `malformed`, in a sentence that names the setting, what was found and what is allowed.
  public init(_ contents: SafetensorsFile) throws(FileError) {
    do throws(NetworkMetadata.Problem) {
      try self.init(contents, NetworkMetadata(texts: contents.metadata))
    } catch {
      throw FileError(.malformed, contents.path, error.sentence)
    }
  }

  private init(_ contents: SafetensorsFile, _ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    self.contents = contents
    _ = try metadata.word("format", among: [Self.format])
    let architecture = try metadata.word("architecture", among: ["mlp", "egnn"])
    let own = architecture == "mlp" ? MLPSettings.keys : EGNNSettings.keys
    try metadata.refuse(keysOtherThan: Self.keys + EmbeddingSettings.keys + own, of: architecture)
    prediction = try Self.prediction(metadata)
    settings =
      architecture == "mlp" ? .mlp(try MLPSettings(metadata)) : .egnn(try EGNNSettings(metadata))
    process = try Self.process(metadata)
    noiseLevels = try Self.noiseLevels(metadata)
    dataStandardDeviation = try metadata.number("data_standard_deviation", .positive)
    notes = metadata.text("notes")
  }

  /// The keys of both architectures that are not of the embedding.
  private static let keys = [
    "format", "architecture", "prediction", "process", "minimum_noise_level", "maximum_noise_level",
    "data_standard_deviation", "input_scale", "notes",
  ]

  private static func prediction(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) -> Prediction {
    switch try metadata.word("prediction", among: ["score", "epsilon", "x0", "v", "velocity", "edm"]) {
    case "score": return .score
    case "epsilon": return .epsilon
    case "x0": return .dataPoint
    case "v": return .v
    case "velocity": return .velocity
    default:
      guard let spread = try metadata.number("data_standard_deviation", .positive) else {
        throw .init("data_standard_deviation", "missing; prediction edm needs it")
      }
      return .edm(dataStandardDeviation: spread)
    }
  }

  private static func process(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) -> String? {
    guard let text = metadata.text("process") else { return nil }
    do throws(JSONFault) {
      guard case .object = try JSONReader.value(of: Array(text.utf8)[...]) else {
        throw JSONFault(position: 0, problem: "found no object")
      }
    } catch {
      throw .init(
        "process",
        "at byte \(error.position): \(error.problem); give a JSON object, such as {\"kind\": \"karras\"}")
    }
    return text
  }

  private static func noiseLevels(
    _ metadata: NetworkMetadata
  ) throws(NetworkMetadata.Problem) -> ClosedRange<Double>? {
    let low = try metadata.number("minimum_noise_level", .notNegative)
    let high = try metadata.number("maximum_noise_level", .positive)
    switch (low, high) {
    case (nil, nil): return nil
    case (let low?, let high?):
      guard low < high else {
        throw .init("maximum_noise_level", "found \(high) with minimum_noise_level \(low); it must be larger")
      }
      return low...high
    case (nil, _): throw .init("minimum_noise_level", "missing; maximum_noise_level is given")
    case (_, nil): throw .init("maximum_noise_level", "missing; minimum_noise_level is given")
    }
  }
}
