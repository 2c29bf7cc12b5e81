import FeynmanKac

/// The keys of every network file.
enum FileKeys {
  /// The value of `format`.
  static let formatName = "feynman-kac-network/1"

  static let format = MetadataKey("format", .exactly(formatName), .required)
  static let prediction = MetadataKey<PredictionName>(
    "prediction", .choice, .required, "what the network's output `F` stands for, see below")
  static let process = OptionalMetadataKey(
    "process", .text("a JSON object as text"),
    "the process of training, in the keys of the config's section `process`")
  static let minimumNoiseLevel = OptionalMetadataKey(
    "minimum_noise_level", .notNegative, "the smallest `v = (σ/α)²` of training")
  static let maximumNoiseLevel = OptionalMetadataKey(
    "maximum_noise_level", .positive, "the largest; both or neither")
  static let dataStandardDeviation = OptionalMetadataKey(
    "data_standard_deviation", .positive,
    "`s`, of the data per dimension; required by `edm` and `unit-variance`")
  static let notes = OptionalMetadataKey("notes", .text("any text"), "for people")

  private enum InputScale: String, CaseIterable {
    case none
    case unitVariance = "unit-variance"
  }

  private static let inputScale = MetadataKey<InputScale>(
    "input_scale", .choice, .byDefault(.none),
    "`unit-variance` divides `x` by `√(α² s² + σ²)` before the first layer")

  /// The keys of networks that answer to noise, without those of their embedding; the architecture's own key is not among
  /// them, because it needs the list of architectures.
  static let ofScores: [any AnyMetadataKey] = [
    prediction, process, minimumNoiseLevel, maximumNoiseLevel, dataStandardDeviation, inputScale,
  ]

  /// What the states are multiplied by.
  static func inputScaling(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) -> InputScaling {
    guard try inputScale.value(in: metadata) == .unitVariance else { return .none }
    guard let spread = try dataStandardDeviation.value(in: metadata) else {
      throw .init(
        dataStandardDeviation.name, "missing; \(inputScale.name) \(InputScale.unitVariance.rawValue) needs it"
      )
    }
    return .unitVariance(dataStandardDeviation: spread)
  }
}
