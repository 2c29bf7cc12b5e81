/// One value of a config as it was written, with the place it was written at.
struct ConfigurationNode: Sendable {
  enum Content: Sendable {
    case scalar(String, isQuoted: Bool)
    case list([ConfigurationNode])
    case mapping([Entry])
  }

  struct Entry: Sendable {
    let key: String
    let keyOrigin: Origin
    var value: ConfigurationNode
  }

  /// Where a value was given.
  enum Origin: Equatable, Sendable {
    case line(Int)
    /// A command-line option, such as `--set`.
    case option(String)
    /// Nowhere: it is a default.
    case schema
  }

  var value: Content
  var origin: Origin

  var entries: [Entry]? { if case .mapping(let entries) = value { entries } else { nil } }
  var items: [ConfigurationNode]? { if case .list(let items) = value { items } else { nil } }

  subscript(key: String) -> ConfigurationNode? { entries?.first { $0.key == key }?.value }

  /// The place of a setting, or of the nearest one above it that was written.
  func origin(of path: SettingPath) -> Origin {
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

/// The keys that lead to a setting, such as `sampler.noise_scale`; an index of a list is a key.
struct SettingPath: Equatable, CustomStringConvertible {
  let keys: [String]

  init(_ keys: [String] = []) { self.keys = keys }
  init(_ text: String) { keys = text.split(separator: ".").map(String.init) }

  static func + (path: SettingPath, key: String) -> SettingPath { SettingPath(path.keys + [key]) }

  var description: String { keys.joined(separator: ".") }
}

// MARK: - Defaults

extension ConfigurationNode {
  /// A setting as a config would spell it.
  init(_ setting: Setting) {
    let content: Content =
      switch setting {
      case .wholeNumber(let value): .scalar("\(value)", isQuoted: false)
      case .number(let value): .scalar("\(value)", isQuoted: false)
      case .text(let text): .scalar(text, isQuoted: false)
      case .list(let items): .list(items.map { ConfigurationNode($0) })
      case .mapping(let entries):
        .mapping(
          entries.map { Entry(key: $0.key, keyOrigin: .schema, value: ConfigurationNode($0.value)) })
      }
    self.init(value: content, origin: .schema)
  }
}
