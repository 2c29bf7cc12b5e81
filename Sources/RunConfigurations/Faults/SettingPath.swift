/// The keys that lead to a setting, such as `sampler.noise_scale`; an index of a list is a key.
package struct SettingPath: Equatable, CustomStringConvertible {
  let keys: [String]

  init(_ keys: [String] = []) { self.keys = keys }
  init(_ text: String) { keys = text.split(separator: ".").map(String.init) }

  static func + (path: SettingPath, key: String) -> SettingPath { SettingPath(path.keys + [key]) }

  package var description: String { keys.joined(separator: ".") }
}

/// Where a setting was given.
enum SettingOrigin: Equatable, Sendable {
  case line(Int)
  /// A command-line option, such as `--set`.
  case option(String)
  /// Nowhere: it is a default.
  case schema
}
