import ScoreNetworks

/// Networks that were read or started, for every model that is made of the same.
///
/// They belong to one config: what they were made of holds paths that start at its folder.
package final class LoadedModels {
  /// Networks of models that may differ in their condition alone, by the settings that they were made of.
  var shared: [(settings: [Setting?], network: any Network)] = []

  /// The networks by the SHA-256 of their files.
  var networks: [String: ModelFactory.LoadedNetwork] = [:]

  /// Whether to give up a program that is being started.
  let isCancelled: @Sendable () -> Bool

  /// - Parameter isCancelled: Asked again and again while a program starts.
  package init(isCancelled: @escaping @Sendable () -> Bool = { false }) { self.isCancelled = isCancelled }
}
