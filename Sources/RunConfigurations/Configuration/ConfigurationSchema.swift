/// Every key of the config: what it may hold, what it is by default, what it does.
package enum ConfigurationSchema {
  static let root = RecordShape(keys: RunKeys.all)

  /// The JSON Schema, draft 2020-12.
  package static var document: JSONText { JSONSchema.document(of: root) }
}
