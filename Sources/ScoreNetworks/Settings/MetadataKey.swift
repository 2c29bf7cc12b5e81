/// A key of a network file's header, whatever the type of its value: reading, advice and documentation know it by this.
protocol AnyMetadataKey: Sendable {
  var name: String { get }
  /// The key's row in the documentation of network files.
  var row: String { get }
}

/// A key whose value is always there: the file must give it, or it has a default, which is that of the settings' own
/// initialiser.
struct MetadataKey<Value: Sendable>: AnyMetadataKey {
  enum Presence: Sendable {
    case required
    case byDefault(Value)
  }

  let name: String
  private let shape: MetadataShape<Value>
  private let presence: Presence
  private let summary: String

  init(_ name: String, _ shape: MetadataShape<Value>, _ presence: Presence, _ summary: String = "") {
    self.name = name
    self.shape = shape
    self.presence = presence
    self.summary = summary
  }

  /// The value in a file's header.
  func value(in metadata: NetworkMetadata) throws(NetworkMetadata.Problem) -> Value {
    if let text = metadata.texts[name] { return try shape.value(of: text, at: name) }
    guard case .byDefault(let value) = presence else {
      throw .init(name, "missing; give \(shape.allowed)")
    }
    return value
  }

  var row: String {
    let fallback =
      switch presence {
      case .required: "required"
      case .byDefault(let value): "`\(shape.write(value))`"
      }
    return "| `\(name)` | \(shape.values) | \(fallback) | \(summary) |"
  }
}

/// A key that a file may leave out.
struct OptionalMetadataKey<Value: Sendable>: AnyMetadataKey {
  let name: String
  private let shape: MetadataShape<Value>
  private let otherwise: String
  private let summary: String

  /// - Parameter otherwise: What documentation says of a file without it.
  init(_ name: String, _ shape: MetadataShape<Value>, otherwise: String = "none", _ summary: String = "") {
    self.name = name
    self.shape = shape
    self.otherwise = otherwise
    self.summary = summary
  }

  /// The value; nil where it was left out.
  func value(in metadata: NetworkMetadata) throws(NetworkMetadata.Problem) -> Value? {
    guard let text = metadata.texts[name] else { return nil }
    return try shape.value(of: text, at: name)
  }

  var row: String { "| `\(name)` | \(shape.values) | \(otherwise) | \(summary) |" }
}
