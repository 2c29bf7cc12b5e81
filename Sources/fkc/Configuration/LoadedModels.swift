import ScoreNetworks

/// Networks that were read or started, for every model that is made of the same.
///
/// Of one config's folder: what they were made of holds paths that start there.
final class LoadedModels {
  /// Networks of models that may differ in their condition alone, by the settings that they were made of.
  var shared: [(settings: [Setting?], network: any Network)] = []

  /// The networks by the SHA-256 of their files.
  var networks: [String: ModelFactory.LoadedNetwork] = [:]
}
