import FeynmanKac

/// A pretrained network as a file: what <doc:NetworkFiles> describes.
public struct NetworkFile: Sendable {
  /// The `format` that files must state.
  public static let format = "feynman-kac-network/1"

  /// The tensors and the header's texts.
  public let contents: SafetensorsFile
  /// The architecture.
  public let architecture: NetworkArchitecture
  /// The architecture's settings.
  public var settings: any NetworkSettings { described.settings }
  let described: NetworkArchitecture.Description
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
    let name = try metadata.word("architecture", among: NetworkArchitecture.all.map(\.name))
    architecture = NetworkArchitecture.all.first { $0.name == name }!
    try metadata.refuse(keysOtherThan: Self.keys + EmbeddingSettings.keys + architecture.keys, of: name)
    prediction = try Self.prediction(metadata)
    described = try architecture.read(metadata)
    process = try Self.process(metadata)
    noiseLevels = try Self.noiseLevels(metadata)
    dataStandardDeviation = try metadata.number("data_standard_deviation", .positive)
    notes = metadata.text("notes")
  }

  /// The keys of every architecture that are not of the embedding.
  private static let keys = [
    "format", "architecture", "prediction", "process", "minimum_noise_level", "maximum_noise_level",
    "data_standard_deviation", "input_scale", "notes",
  ]

  private static func prediction(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) -> Prediction {
    let name: PredictionName = try metadata.choice("prediction")
    // Only edm asks for it; a spread that cannot be is reported with its own key later.
    let spread = name == .edm ? try metadata.number("data_standard_deviation", .positive) : nil
    guard let prediction = name.prediction(dataStandardDeviation: spread) else {
      throw .init("data_standard_deviation", "missing; prediction \(name.rawValue) needs it")
    }
    return prediction
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
