/// The architecture of an E(n)-equivariant graph network of atoms that all see each other.
public struct EGNNSettings: NetworkSettings, Equatable {
  /// The embedding of noise and condition.
  public var embedding: EmbeddingSettings
  /// What the states are multiplied by.
  public var inputScaling: InputScaling
  /// `n`, of 3 coordinates each.
  public var atoms: Int
  /// The length of messages and nodes.
  public var width: Int
  /// The number of layers.
  public var depth: Int
  /// Whether the two ends of an edge are told apart.
  public var edges: EGNNEdges
  /// How a distance becomes features.
  public var distanceFeatures: DistanceFeatures
  /// The number of Gaussians of `radial-basis`.
  public var radialBasisFunctions: Int
  /// The distance of the first Gaussian's middle, in the coordinates after input scaling.
  public var radialMinimum: Double
  /// The distance of the last Gaussian's middle.
  public var radialMaximum: Double
  /// Whether messages are weighed by a sigmoid.
  public var hasAttention: Bool
  /// The factor of the tanh that bounds a pair's push.
  public var coordinateRange: Double
  /// Whether a linear term without bound is added to a pair's push.
  public var hasPairTerm: Bool
  /// What is added to a distance before it divides.
  public var distanceOffset: Double
  /// Whether each atom has a vector of its own.
  public var hasAtomEmbedding: Bool

  /// Settings that files may leave out are as they are then.
  public init(
    embedding: EmbeddingSettings = EmbeddingSettings(),
    inputScaling: InputScaling = .none,
    atoms: Int,
    width: Int,
    depth: Int,
    edges: EGNNEdges = .symmetric,
    distanceFeatures: DistanceFeatures = .radialBasis,
    radialBasisFunctions: Int = 24,
    radialMinimum: Double = 0.2,
    radialMaximum: Double = 6,
    hasAttention: Bool = true,
    coordinateRange: Double = 1,
    hasPairTerm: Bool = true,
    distanceOffset: Double = 1,
    hasAtomEmbedding: Bool = false
  ) {
    self.embedding = embedding
    self.inputScaling = inputScaling
    self.atoms = atoms
    self.width = width
    self.depth = depth
    self.edges = edges
    self.distanceFeatures = distanceFeatures
    self.radialBasisFunctions = radialBasisFunctions
    self.radialMinimum = radialMinimum
    self.radialMaximum = radialMaximum
    self.hasAttention = hasAttention
    self.coordinateRange = coordinateRange
    self.hasPairTerm = hasPairTerm
    self.distanceOffset = distanceOffset
    self.hasAtomEmbedding = hasAtomEmbedding
  }

  /// `d = 3n`.
  public var dimensions: Int { 3 * atoms }
  /// The number of features of a distance.
  public var distanceFeatureCount: Int { distanceFeatures == .squared ? 2 : radialBasisFunctions }
}

extension EGNNSettings {
  private static let standard = EGNNSettings(atoms: 2, width: 1, depth: 1)

  private static let atomsKey = MetadataKey(
    "atoms", .count(2...10_000), .required, "`n`; rows are `n` atoms of 3 coordinates each")
  private static let dimensionsKey = OptionalMetadataKey(
    "dimensions", .count(1...30_000), otherwise: "`3n`", "if stated, `3n`")
  private static let widthKey = MetadataKey(
    "width", .count(1...NetworkMetadata.maximumWidth), .required, "`w`")
  private static let depthKey = MetadataKey(
    "depth", .count(1...NetworkMetadata.maximumDepth), .required, "the number of layers")
  private static let edgesKey = MetadataKey(
    "edges", .choice, .byDefault(standard.edges), "one message for both ends of a pair, or one for each")
  private static let distanceFeaturesKey = MetadataKey(
    "distance_features", .choice, .byDefault(standard.distanceFeatures), "`f` below")
  private static let radialBasisFunctionsKey = MetadataKey(
    "radial_basis_functions", .count(2...NetworkMetadata.maximumWidth),
    .byDefault(standard.radialBasisFunctions), "`B`, for `radial-basis`")
  private static let radialMinimumKey = MetadataKey(
    "radial_minimum", .positive, .byDefault(standard.radialMinimum),
    "the distance of the first function, after input scaling")
  private static let radialMaximumKey = MetadataKey(
    "radial_maximum", .positive, .byDefault(standard.radialMaximum), "that of the last")
  private static let attentionKey = MetadataKey(
    "attention", .boolean, .byDefault(standard.hasAttention), "whether messages are weighed by a sigmoid")
  private static let coordinateRangeKey = MetadataKey(
    "coordinate_range", .notNegative, .byDefault(standard.coordinateRange),
    "the bound of a pair's push without `pair_term`")
  private static let pairTermKey = MetadataKey(
    "pair_term", .boolean, .byDefault(standard.hasPairTerm), "whether a push without a bound is added")
  private static let distanceOffsetKey = MetadataKey(
    "distance_offset", .notNegative, .byDefault(standard.distanceOffset),
    "what is added to a distance before it divides")
  private static let atomEmbeddingKey = MetadataKey(
    "atom_embedding", .boolean, .byDefault(standard.hasAtomEmbedding),
    "whether each atom has a vector of its own")

  static let keys: [any AnyMetadataKey] = [
    atomsKey, dimensionsKey, widthKey, depthKey, edgesKey, distanceFeaturesKey, radialBasisFunctionsKey,
    radialMinimumKey, radialMaximumKey, attentionKey, coordinateRangeKey, pairTermKey, distanceOffsetKey,
    atomEmbeddingKey,
  ]

  init(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    embedding = try EmbeddingSettings(metadata)
    inputScaling = try FileKeys.inputScaling(metadata)
    atoms = try Self.atomsKey.value(in: metadata)
    width = try Self.widthKey.value(in: metadata)
    depth = try Self.depthKey.value(in: metadata)
    edges = try Self.edgesKey.value(in: metadata)
    distanceFeatures = try Self.distanceFeaturesKey.value(in: metadata)
    radialBasisFunctions = try Self.radialBasisFunctionsKey.value(in: metadata)
    radialMinimum = try Self.radialMinimumKey.value(in: metadata)
    radialMaximum = try Self.radialMaximumKey.value(in: metadata)
    hasAttention = try Self.attentionKey.value(in: metadata)
    coordinateRange = try Self.coordinateRangeKey.value(in: metadata)
    hasPairTerm = try Self.pairTermKey.value(in: metadata)
    distanceOffset = try Self.distanceOffsetKey.value(in: metadata)
    hasAtomEmbedding = try Self.atomEmbeddingKey.value(in: metadata)
    try check(statedDimensions: Self.dimensionsKey.value(in: metadata))
  }

  private func check(statedDimensions: Int?) throws(NetworkMetadata.Problem) {
    if let statedDimensions, statedDimensions != dimensions {
      throw .init(Self.dimensionsKey.name, "found \(statedDimensions); \(atoms) atoms have \(dimensions)")
    }
    guard radialMinimum < radialMaximum else {
      throw .init(
        Self.radialMaximumKey.name,
        "found \(radialMaximum) with \(Self.radialMinimumKey.name) \(radialMinimum); it must be larger")
    }
    guard coordinateRange > 0 || hasPairTerm else {
      throw .init(
        Self.coordinateRangeKey.name, "found 0 without \(Self.pairTermKey.name); nothing would move")
    }
  }
}
