/// An architecture of network files, and all that is known of it: a new one is its network, its
/// settings and its value in a file of `Networks`, and a line in `all`.
public struct NetworkArchitecture: Sendable {
  /// Every architecture.
  public static let all = [
    mlp,
    egnn,
  ]

  /// The word in files and configs.
  public let name: String
  /// What it is, in a sentence.
  public let summary: String
  /// Its keys in a file's header, without those of every architecture.
  let keys: [any AnyMetadataKey]
  /// Reads its settings in a file's header.
  let read: @Sendable (NetworkMetadata) throws(NetworkMetadata.Problem) -> Description

  /// The settings of one file, and how its network is made of its tensors.
  struct Description: Sendable {
    let settings: any NetworkSettings
    let network: @Sendable (NetworkTensors) throws -> any Network
  }

  init<Settings: NetworkSettings>(
    _ name: String, _ summary: String, keys: [any AnyMetadataKey],
    _ settings: @escaping @Sendable (NetworkMetadata) throws(NetworkMetadata.Problem) -> Settings,
    _ network: @escaping @Sendable (NetworkTensors, Settings) throws -> some Network
  ) {
    self.name = name
    self.summary = summary
    self.keys = keys
    read = { metadata throws(NetworkMetadata.Problem) in
      let settings = try settings(metadata)
      return Description(settings: settings, network: { try network($0, settings) })
    }
  }
}
