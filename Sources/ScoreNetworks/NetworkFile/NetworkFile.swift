import FeynmanKac

/// A pretrained network as a file: what <doc:NetworkFiles> describes.
public struct NetworkFile: Sendable {
  /// The `format` that files must state.
  public static let format = FileKeys.formatName

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
    _ = try FileKeys.format.value(in: metadata)
    let name = try Self.architectureKey.value(in: metadata)
    architecture = NetworkArchitecture.all.first { $0.name == name }!
    try metadata.refuse(keysOtherThan: Self.keys + EmbeddingSettings.keys + architecture.keys, of: name)
    prediction = try Self.prediction(metadata)
    described = try architecture.read(metadata)
    process = try Self.process(metadata)
    noiseLevels = try Self.noiseLevels(metadata)
    dataStandardDeviation = try FileKeys.dataStandardDeviation.value(in: metadata)
    notes = try FileKeys.notes.value(in: metadata)
  }

  private static let architectureKey: MetadataKey<String> = {
    let names = NetworkArchitecture.all.map(\.name)
    return MetadataKey("architecture", .word(names) { names.contains($0) ? $0 : nil }, .required)
  }()

  /// The keys of every architecture that are not of the embedding.
  static let keys: [any AnyMetadataKey] =
    [FileKeys.format, architectureKey] + FileKeys.ofScores + [
      EmbeddingSettings.activationKey, FileKeys.notes,
    ]

  private static func prediction(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) -> Prediction {
    let name = try FileKeys.prediction.value(in: metadata)
    // Only edm asks for it; a spread that cannot be is reported with its own key later.
    let spread = name == .edm ? try FileKeys.dataStandardDeviation.value(in: metadata) : nil
    guard let prediction = name.prediction(dataStandardDeviation: spread) else {
      throw .init(
        FileKeys.dataStandardDeviation.name, "missing; \(FileKeys.prediction.name) \(name.rawValue) needs it")
    }
    return prediction
  }

  private static func process(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) -> String? {
    guard let text = try FileKeys.process.value(in: metadata) else { return nil }
    do throws(JSONFault) {
      guard case .object = try JSONReader.value(of: Array(text.utf8)[...]) else {
        throw JSONFault(position: 0, problem: "found no object")
      }
    } catch {
      throw .init(
        FileKeys.process.name,
        "at byte \(error.position): \(error.problem); give a JSON object, such as {\"kind\": \"karras\"}")
    }
    return text
  }

  private static func noiseLevels(
    _ metadata: NetworkMetadata
  ) throws(NetworkMetadata.Problem) -> ClosedRange<Double>? {
    let (smallest, largest) = (FileKeys.minimumNoiseLevel, FileKeys.maximumNoiseLevel)
    let low = try smallest.value(in: metadata)
    let high = try largest.value(in: metadata)
    switch (low, high) {
    case (nil, nil): return nil
    case (let low?, let high?):
      guard low < high else {
        throw .init(largest.name, "found \(high) with \(smallest.name) \(low); it must be larger")
      }
      return low...high
    case (nil, _): throw .init(smallest.name, "missing; \(largest.name) is given")
    case (_, nil): throw .init(largest.name, "missing; \(smallest.name) is given")
    }
  }
}
