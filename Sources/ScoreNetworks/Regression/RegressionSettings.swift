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
  static let keys = [
    "format", "architecture", "dimensions", "width", "depth", "activation", "outputs", "notes",
  ]

  init(_ metadata: NetworkMetadata) throws(NetworkMetadata.Problem) {
    _ = try metadata.word("format", among: [NetworkFile.format])
    _ = try metadata.word("architecture", among: ["regression"])
    try metadata.refuse(keysOtherThan: Self.keys, of: "regression")
    dimensions = try metadata.count("dimensions", 1...NetworkMetadata.maximumWidth)
    width = try metadata.count("width", 1...NetworkMetadata.maximumWidth)
    depth = try metadata.count("depth", 1...NetworkMetadata.maximumDepth)
    activation = try metadata.choice("activation", default: .silu)
    guard let text = metadata.text("outputs") else {
      throw .init("outputs", "missing; give the outputs' names, separated by commas")
    }
    outputs = text.split(separator: ",", omittingEmptySubsequences: false).map { name in
      String(name.drop { $0 == " " })
    }
    for (index, name) in outputs.enumerated() where name.isEmpty || outputs[..<index].contains(name) {
      throw .init("outputs", "found \(JSONValue.quoted(text)); give names, each once, separated by commas")
    }
    guard outputs.count <= NetworkMetadata.maximumWidth else {
      throw .init("outputs", "found \(outputs.count); give up to \(NetworkMetadata.maximumWidth)")
    }
  }
}
