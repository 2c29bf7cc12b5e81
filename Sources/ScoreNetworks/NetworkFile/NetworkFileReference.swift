/// The keys of network files as tables for people, from the same list that reads them.
package enum NetworkFileReference {
  /// A table for each section of the documentation of network files, in its order.
  package static let tables: [(section: String, table: String)] =
    [("Of every file", table(NetworkFile.keys)), ("Of the embedding", table(EmbeddingSettings.keys))]
    + NetworkArchitecture.all.map { ("Of architecture \($0.name)", table($0.keys)) }
    + [("Regression networks", table(RegressionSettings.keys))]

  private static func table(_ keys: [any AnyMetadataKey]) -> String {
    (["| key | values | default | meaning |", "| --- | --- | --- | --- |"] + keys.map(\.row)).joined(
      separator: "\n")
  }
}
