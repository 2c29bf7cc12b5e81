/// Every key of the config: what it may hold, what it is by default, what it does.
package enum ConfigurationSchema {
  static let root = RecordShape(keys: RunKeys.all)

  /// The settings of a resolved config, such as a run's folder holds; nil where it is of another version.
  static func settings(_ text: String) -> Setting? {
    var validator = ConfigurationValidator()
    guard let tree = try? ConfigurationReader.read(text, file: "config.yaml") else { return nil }
    let settings = validator.setting(tree, as: .record(root))
    return validator.faults.isEmpty ? settings : nil
  }

  /// The JSON Schema, draft 2020-12.
  package static var document: JSONText { JSONSchema.document(of: root) }
}
