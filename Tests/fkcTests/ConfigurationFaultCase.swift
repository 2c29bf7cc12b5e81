import Testing

/// A mistake in a config and all that `fkc run` says of it.
struct ConfigurationFaultCase: CustomTestStringConvertible {
  let name: String
  /// Lines of `TinyConfig` to replace.
  var changes: [Int: String] = [:]
  var arguments: [String] = []
  var status: Int32 = 65
  /// All of standard error, a line each.
  let errors: [String]

  init(
    _ name: String, _ changes: [Int: String] = [:], arguments: [String] = [], status: Int32 = 65,
    _ errors: String...
  ) {
    self.name = name
    self.changes = changes
    self.arguments = arguments
    self.status = status
    self.errors = errors
  }

  var testDescription: String { name }
}
