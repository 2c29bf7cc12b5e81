// The settings of networks that are one of a few words, spelt as in the files.

/// A function applied to each number between two linear maps.
public enum Activation: String, Sendable, CaseIterable {
  /// `x / (1 + e^(−x))`
  case silu
  /// `½ x (1 + erf(x/√2))`, the exact one
  case gelu
  /// `max(x, 0)`
  case relu
  case tanh
}

/// The number that stands for the noise: in sinusoidal and Fourier features, and at the noise input of an ONNX file.
public enum NoiseInput: String, Sendable, CaseIterable {
  /// `2 log(α/σ)`
  case logSNR = "log-snr"
  /// `t`
  case time
  /// `t · timesteps`
  case timestep
  /// `σ`
  case sigma
}

/// How the noise becomes features.
public enum TimeEmbedding: String, Sendable, CaseIterable {
  /// The single number `¼ log(σ/α)`.
  case logNoise = "log-noise"
  /// `sin` and then `cos` of `τ e^(−log(maximum_period) k / half)`, `k` from 0 to below `half = time_features / 2`.
  case sinusoidal
  /// `sin` and then `cos` of `2π τ f`, with the tensor `embedding.frequencies` as `f`.
  case fourier
}

/// The layers of an MLP.
public enum MLPBlock: String, Sendable, CaseIterable {
  /// Linear, norm, activation, one after the other.
  case plain
  /// Two linear maps that are added to their input.
  case residual
}

/// Whether the two ends of an edge of an EGNN are told apart.
public enum EGNNEdges: String, Sendable, CaseIterable {
  /// One message for both ends.
  case symmetric
  /// A message for each end.
  case directed
}

/// How a distance becomes features.
public enum DistanceFeatures: String, Sendable, CaseIterable {
  /// Gaussians of the distance's logarithm.
  case radialBasis = "radial-basis"
  /// The squares of the distance now and at the first layer.
  case squared
}

/// What a network's states are multiplied by.
public enum InputScaling: Sendable, Equatable {
  /// 1.
  case none
  /// `1/√(α² s² + σ²)`, `s` the data's standard deviation.
  case unitVariance(dataStandardDeviation: Double)

  /// The factor at a point of signal α and noise σ.
  public func factor(signal: Double, noise: Double) -> Double {
    switch self {
    case .none: 1
    case .unitVariance(let spread): 1 / (signal * signal * spread * spread + noise * noise).squareRoot()
    }
  }
}
