/// The architecture of an MLP.
public struct MLPSettings: NetworkSettings, Equatable {
  /// The embedding of noise and condition.
  public var embedding: EmbeddingSettings
  /// What the states are multiplied by.
  public var inputScaling: InputScaling
  /// `d`, the length of a row.
  public var dimensions: Int
  /// The length of the hidden layers.
  public var width: Int
  /// The number of activations of `plain`, of blocks of `residual`.
  public var depth: Int
  /// The kind of layers.
  public var block: MLPBlock
  /// Whether layers are normalised.
  public var hasLayerNorm: Bool

  /// Settings that files may leave out are as they are then.
  public init(
    embedding: EmbeddingSettings = EmbeddingSettings(),
    inputScaling: InputScaling = .none,
    dimensions: Int,
    width: Int,
    depth: Int,
    block: MLPBlock = .plain,
    hasLayerNorm: Bool = false
  ) {
    self.embedding = embedding
    self.inputScaling = inputScaling
    self.dimensions = dimensions
    self.width = width
    self.depth = depth
    self.block = block
    self.hasLayerNorm = hasLayerNorm
  }
}

extension MLPSettings {
  private static let standard = MLPSettings(dimensions: 1, width: 1, depth: 1)

  private static let dimensionsKey = MetadataKey(
    "dimensions", .count(1...NetworkMetadata.maximumWidth), .required, "`d`")
  private static let widthKey = MetadataKey(
    "width", .count(1...NetworkMetadata.maximumWidth), .required, "`w`")
  private static let depthKey = MetadataKey(
    "depth", .count(1...NetworkMetadata.maximumDepth), .required,
    "activations of `plain`, blocks of `residual`")
  private static let blockKey = MetadataKey("block", .choice, .byDefault(standard.block), "see below")
  private static let layerNormKey = MetadataKey(
    "layer_norm", .boolean, .byDefault(standard.hasLayerNorm),
    "whether `norm` below is a layer norm (PyTorch's, ε = 1e-5) or nothing")

  static let keys: [any AnyMetadataKey] = [dimensionsKey, widthKey, depthKey, blockKey, layerNormKey]

  init(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    embedding = try EmbeddingSettings(metadata)
    inputScaling = try FileKeys.inputScaling(metadata)
    dimensions = try Self.dimensionsKey.value(in: metadata)
    width = try Self.widthKey.value(in: metadata)
    depth = try Self.depthKey.value(in: metadata)
    block = try Self.blockKey.value(in: metadata)
    hasLayerNorm = try Self.layerNormKey.value(in: metadata)
  }
}
