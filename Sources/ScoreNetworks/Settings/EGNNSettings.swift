/// The architecture of an E(n)-equivariant graph network of atoms that all see each other.
public struct EGNNSettings: Sendable, Equatable {
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
  static let keys = [
    "dimensions", "atoms", "width", "depth", "edges", "distance_features", "radial_basis_functions",
    "radial_minimum",
    "radial_maximum", "attention", "coordinate_range", "pair_term", "distance_offset", "atom_embedding",
  ]

  init(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    embedding = try EmbeddingSettings(metadata)
    inputScaling = try metadata.inputScaling()
    atoms = try metadata.count("atoms", 2...10_000)
    width = try metadata.count("width", 1...NetworkMetadata.maximumWidth)
    depth = try metadata.count("depth", 1...NetworkMetadata.maximumDepth)
    edges = try metadata.choice("edges", default: .symmetric)
    distanceFeatures = try metadata.choice("distance_features", default: .radialBasis)
    radialBasisFunctions = try metadata.count(
      "radial_basis_functions", 2...NetworkMetadata.maximumWidth, default: 24)
    radialMinimum = try metadata.number("radial_minimum", default: 0.2, .positive)
    radialMaximum = try metadata.number("radial_maximum", default: 6, .positive)
    hasAttention = try metadata.boolean("attention", default: true)
    coordinateRange = try metadata.number("coordinate_range", default: 1, .notNegative)
    hasPairTerm = try metadata.boolean("pair_term", default: true)
    distanceOffset = try metadata.number("distance_offset", default: 1, .notNegative)
    hasAtomEmbedding = try metadata.boolean("atom_embedding", default: false)

    let dimensions = try metadata.count("dimensions", 1...30_000, default: 3 * atoms)
    guard dimensions == 3 * atoms else {
      throw .init("dimensions", "found \(dimensions); \(atoms) atoms have \(3 * atoms)")
    }
    guard radialMinimum < radialMaximum else {
      throw .init(
        "radial_maximum", "found \(radialMaximum) with radial_minimum \(radialMinimum); it must be larger")
    }
    guard coordinateRange > 0 || hasPairTerm else {
      throw .init("coordinate_range", "found 0 without pair_term; nothing would move")
    }
  }
}
