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
  static let keys = [
    "activation", "noise_input", "timesteps", "time_embedding", "time_features", "maximum_period",
    "embedding_width",
    "classes", "condition_dimensions", "condition_features",
  ]

  init(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    activation = try metadata.choice("activation", default: .silu)
    noiseInput = try metadata.choice("noise_input", default: .logSNR)
    timesteps = try metadata.number("timesteps", default: 1000, .positive)
    timeEmbedding = try metadata.choice("time_embedding", default: .logNoise)
    timeFeatures = try metadata.count("time_features", 1...NetworkMetadata.maximumWidth, default: 1)
    maximumPeriod = try metadata.number("maximum_period", default: 10000, .positive)
    embeddingWidth = try metadata.count("embedding_width", 0...NetworkMetadata.maximumWidth, default: 0)
    classes = try metadata.count("classes", 0...1_000_000, default: 0)
    conditionDimensions = try metadata.count(
      "condition_dimensions", 0...NetworkMetadata.maximumWidth, default: 0)
    conditionFeatures = try metadata.count("condition_features", 0...NetworkMetadata.maximumWidth, default: 0)

    if timeEmbedding == .logNoise, timeFeatures != 1 {
      throw .init("time_features", "found \(timeFeatures); time_embedding log-noise is 1 number")
    }
    if timeEmbedding != .logNoise, timeFeatures % 2 != 0 {
      throw .init(
        "time_features",
        "found \(timeFeatures); time_embedding \(timeEmbedding.rawValue) is sines and cosines, so give an even number"
      )
    }
    if classes > 0, conditionDimensions > 0 {
      throw .init(
        "condition_dimensions",
        "found \(conditionDimensions) with classes \(classes); a network takes one or the other")
    }
    let isConditional = classes > 0 || conditionDimensions > 0
    if isConditional, conditionFeatures == 0 {
      let cause = classes > 0 ? "classes \(classes)" : "condition_dimensions \(conditionDimensions)"
      throw .init("condition_features", "found 0 with \(cause); give the number of features that they become")
    }
    if !isConditional, conditionFeatures > 0 {
      throw .init(
        "condition_features", "found \(conditionFeatures) without classes or condition_dimensions; give 0")
    }
  }
}
