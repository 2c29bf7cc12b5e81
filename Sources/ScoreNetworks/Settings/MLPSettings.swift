/// The architecture of an MLP.
public struct MLPSettings: Sendable, Equatable {
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
  static let keys = ["dimensions", "width", "depth", "block", "layer_norm"]

  init(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    embedding = try EmbeddingSettings(metadata)
    inputScaling = try metadata.inputScaling()
    dimensions = try metadata.count("dimensions", 1...NetworkMetadata.maximumWidth)
    width = try metadata.count("width", 1...NetworkMetadata.maximumWidth)
    depth = try metadata.count("depth", 1...NetworkMetadata.maximumDepth)
    block = try metadata.choice("block", default: .plain)
    hasLayerNorm = try metadata.boolean("layer_norm", default: false)
  }
}
