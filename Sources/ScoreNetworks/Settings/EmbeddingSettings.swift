/// How a network of either architecture embeds the noise and its condition as one vector.
public struct EmbeddingSettings: Sendable, Equatable {
  /// The activation of the whole network, not of the embedding alone.
  public var activation: Activation
  /// The number that stands for the noise in `sinusoidal` and `fourier` features.
  public var noiseInput: NoiseInput
  /// The factor of `timestep`.
  public var timesteps: Double
  /// How the noise becomes features.
  public var timeEmbedding: TimeEmbedding
  /// The number of features of the noise: 1 for `log-noise`, even for the others.
  public var timeFeatures: Int
  /// The longest period of `sinusoidal` features over the shortest.
  public var maximumPeriod: Double
  /// The width of the two linear maps after the features; 0 for none.
  public var embeddingWidth: Int
  /// The number of labels; 0 for none. The tensor has one row more, for no label.
  public var classes: Int
  /// The length of a condition; 0 for none.
  public var conditionDimensions: Int
  /// The number of features of the label or condition.
  public var conditionFeatures: Int

  /// Settings that files may leave out are as they are then. Combinations are checked only when a file is read.
  public init(
    activation: Activation = .silu,
    noiseInput: NoiseInput = .logSNR,
    timesteps: Double = 1000,
    timeEmbedding: TimeEmbedding = .logNoise,
    timeFeatures: Int = 1,
    maximumPeriod: Double = 10000,
    embeddingWidth: Int = 0,
    classes: Int = 0,
    conditionDimensions: Int = 0,
    conditionFeatures: Int = 0
  ) {
    self.activation = activation
    self.noiseInput = noiseInput
    self.timesteps = timesteps
    self.timeEmbedding = timeEmbedding
    self.timeFeatures = timeFeatures
    self.maximumPeriod = maximumPeriod
    self.embeddingWidth = embeddingWidth
    self.classes = classes
    self.conditionDimensions = conditionDimensions
    self.conditionFeatures = conditionFeatures
  }

  /// The length of noise and condition features together.
  public var features: Int { timeFeatures + conditionFeatures }
  /// The length of the embedding.
  public var width: Int { embeddingWidth > 0 ? embeddingWidth : features }

  /// What conditions the network takes.
  public var conditioning: Conditioning {
    if classes > 0 { return .labels(classes: classes) }
    return conditionDimensions > 0
      ? .vectors(dimensions: conditionDimensions, optional: true) : .unconditional
  }
}

extension EmbeddingSettings {
  private static let standard = EmbeddingSettings()
  private static let width = NetworkMetadata.maximumWidth

  static let activationKey = MetadataKey(
    "activation", .choice, .byDefault(standard.activation),
    "`act` below; `gelu` is the exact `½ x (1 + erf(x/√2))`")
  private static let noiseInputKey = MetadataKey(
    "noise_input", .choice, .byDefault(standard.noiseInput), "`τ` of `sinusoidal` and `fourier`")
  private static let timestepsKey = MetadataKey(
    "timesteps", .positive, .byDefault(standard.timesteps), "the factor of `timestep`")
  private static let timeEmbeddingKey = MetadataKey(
    "time_embedding", .choice, .byDefault(standard.timeEmbedding), "how the noise becomes features")
  private static let timeFeaturesKey = MetadataKey(
    "time_features", .count(1...width), .byDefault(standard.timeFeatures),
    "`k`, their number: 1 for `log-noise`, even for the others")
  private static let maximumPeriodKey = MetadataKey(
    "maximum_period", .positive, .byDefault(standard.maximumPeriod), "`P` of `sinusoidal`")
  private static let embeddingWidthKey = MetadataKey(
    "embedding_width", .count(0...width), .byDefault(standard.embeddingWidth),
    "the width of two linear maps after the features; 0 for none")
  private static let classesKey = MetadataKey(
    "classes", .count(0...1_000_000), .byDefault(standard.classes), "the number of labels; 0 for none")
  private static let conditionDimensionsKey = MetadataKey(
    "condition_dimensions", .count(0...width), .byDefault(standard.conditionDimensions),
    "the length of a condition; 0 for none. Not with `classes`")
  private static let conditionFeaturesKey = MetadataKey(
    "condition_features", .count(0...width), .byDefault(standard.conditionFeatures),
    "the features that a label or condition becomes; 0 exactly where there are none")

  /// The keys in a file's header, without the activation's, which networks without an embedding have too.
  static let keys: [any AnyMetadataKey] = [
    timeEmbeddingKey, timeFeaturesKey, noiseInputKey, timestepsKey, maximumPeriodKey, embeddingWidthKey,
    classesKey, conditionDimensionsKey, conditionFeaturesKey,
  ]

  init(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    activation = try Self.activationKey.value(in: metadata)
    noiseInput = try Self.noiseInputKey.value(in: metadata)
    timesteps = try Self.timestepsKey.value(in: metadata)
    timeEmbedding = try Self.timeEmbeddingKey.value(in: metadata)
    timeFeatures = try Self.timeFeaturesKey.value(in: metadata)
    maximumPeriod = try Self.maximumPeriodKey.value(in: metadata)
    embeddingWidth = try Self.embeddingWidthKey.value(in: metadata)
    classes = try Self.classesKey.value(in: metadata)
    conditionDimensions = try Self.conditionDimensionsKey.value(in: metadata)
    conditionFeatures = try Self.conditionFeaturesKey.value(in: metadata)
    try checkTimeFeatures()
    try checkConditions()
  }

  private func checkTimeFeatures() throws(NetworkMetadata.Problem) {
    let key = Self.timeFeaturesKey.name
    let embedding = "\(Self.timeEmbeddingKey.name) \(timeEmbedding.rawValue)"
    if timeEmbedding == .logNoise, timeFeatures != 1 {
      throw .init(key, "found \(timeFeatures); \(embedding) is 1 number")
    }
    if timeEmbedding != .logNoise, timeFeatures % 2 != 0 {
      throw .init(
        key, "found \(timeFeatures); \(embedding) is sines and cosines, so give an even number")
    }
  }

  private func checkConditions() throws(NetworkMetadata.Problem) {
    let (labels, numbers) = (Self.classesKey.name, Self.conditionDimensionsKey.name)
    let features = Self.conditionFeaturesKey.name
    if classes > 0, conditionDimensions > 0 {
      throw .init(
        numbers, "found \(conditionDimensions) with \(labels) \(classes); a network takes one or the other")
    }
    let isConditional = classes > 0 || conditionDimensions > 0
    if isConditional, conditionFeatures == 0 {
      let cause = classes > 0 ? "\(labels) \(classes)" : "\(numbers) \(conditionDimensions)"
      throw .init(features, "found 0 with \(cause); give the number of features that they become")
    }
    if !isConditional, conditionFeatures > 0 {
      throw .init(features, "found \(conditionFeatures) without \(labels) or \(numbers); give 0")
    }
  }
}
