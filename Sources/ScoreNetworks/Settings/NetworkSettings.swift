/// The settings of one architecture of network files.
public protocol NetworkSettings: Sendable {
  /// The embedding of noise and condition.
  var embedding: EmbeddingSettings { get }
  /// `d`, the length of a row.
  var dimensions: Int { get }
}
