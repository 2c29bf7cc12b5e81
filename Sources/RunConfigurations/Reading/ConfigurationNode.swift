/// One value of a config as it was written, with the place it was written at.
package struct ConfigurationNode: Sendable {
  package enum Content: Sendable {
    case scalar(String, isQuoted: Bool)
    case list([ConfigurationNode])
    case mapping([Entry])
  }

  package struct Entry: Sendable {
    package let key: String
    let keyOrigin: SettingOrigin
    package var value: ConfigurationNode
  }

  package var value: Content
  var origin: SettingOrigin

  package var entries: [Entry]? { if case .mapping(let entries) = value { entries } else { nil } }
  package var items: [ConfigurationNode]? { if case .list(let items) = value { items } else { nil } }

  package subscript(key: String) -> ConfigurationNode? { entries?.first { $0.key == key }?.value }

  /// The place of a setting, or of the nearest one above it that was written.
  func origin(of path: SettingPath) -> SettingOrigin {
    guard let key = path.keys.first else { return origin }
    let rest = SettingPath(Array(path.keys.dropFirst()))
    switch value {
    case .mapping(let entries):
      guard let entry = entries.first(where: { $0.key == key }) else { return origin }
      return rest.keys.isEmpty ? entry.keyOrigin : entry.value.origin(of: rest)
    case .list(let items):
      guard let index = Int(key), items.indices.contains(index) else { return origin }
      return items[index].origin(of: rest)
    case .scalar:
      return origin
    }
  }

  /// How a message shows what was found.
  var found: String {
    switch value {
    case .scalar("", isQuoted: false), .scalar("~", isQuoted: false), .scalar("null", isQuoted: false):
      "nothing"
    case .scalar(let text, _): "'\(text.prefix(60))'"
    case .list(let items): items.isEmpty ? "an empty list" : "a list"
    case .mapping: "a mapping"
    }
  }
}
