import FeynmanKac

/// The architecture of a network that reads numbers from a row: `depth` hidden layers of one width, no noise, no condition.
public struct RegressionSettings: Sendable, Equatable {
  /// `d`, the length of a row.
  public var dimensions: Int
  /// The length of the hidden layers.
  public var width: Int
  /// The number of hidden layers.
  public var depth: Int
  /// The activation between the layers.
  public var activation: Activation
  /// What the outputs are called, each once.
  public var outputs: [String]

  /// Settings that files may leave out are as they are then.
  public init(
    dimensions: Int, width: Int, depth: Int, activation: Activation = .silu, outputs: [String]
  ) {
    self.dimensions = dimensions
    self.width = width
    self.depth = depth
    self.activation = activation
    self.outputs = outputs
  }
}

extension RegressionSettings {
  private static let standard = RegressionSettings(dimensions: 1, width: 1, depth: 1, outputs: [])
  private static let name = "regression"

  private static let architectureKey = MetadataKey("architecture", .exactly(name), .required)
  private static let dimensionsKey = MetadataKey(
    "dimensions", .count(1...NetworkMetadata.maximumWidth), .required, "`d`")
  private static let widthKey = MetadataKey(
    "width", .count(1...NetworkMetadata.maximumWidth), .required, "`w`")
  private static let depthKey = MetadataKey(
    "depth", .count(1...NetworkMetadata.maximumDepth), .required, "the number of hidden layers")
  private static let outputsKey = MetadataKey(
    "outputs", .text("the outputs' names, separated by commas"), .required,
    "what the `m` outputs are called, each once")
  private static let activationKey = MetadataKey(
    "activation", .choice, .byDefault(standard.activation), "`act` below")

  static let keys: [any AnyMetadataKey] = [
    FileKeys.format, architectureKey, dimensionsKey, widthKey, depthKey, outputsKey, activationKey,
    FileKeys.notes,
  ]

  init(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    _ = try FileKeys.format.value(in: metadata)
    _ = try Self.architectureKey.value(in: metadata)
    try metadata.refuse(keysOtherThan: Self.keys, of: Self.name)
    dimensions = try Self.dimensionsKey.value(in: metadata)
    width = try Self.widthKey.value(in: metadata)
    depth = try Self.depthKey.value(in: metadata)
    activation = try Self.activationKey.value(in: metadata)
    let text = try Self.outputsKey.value(in: metadata)
    outputs = text.split(separator: ",", omittingEmptySubsequences: false).map { name in
      String(name.drop { $0 == " " })
    }
    let key = Self.outputsKey.name
    for (index, name) in outputs.enumerated() where name.isEmpty || outputs[..<index].contains(name) {
      throw .init(key, "found \(JSONValue.quoted(text)); give names, each once, separated by commas")
    }
    guard outputs.count <= NetworkMetadata.maximumWidth else {
      throw .init(key, "found \(outputs.count); give up to \(NetworkMetadata.maximumWidth)")
    }
  }
}
