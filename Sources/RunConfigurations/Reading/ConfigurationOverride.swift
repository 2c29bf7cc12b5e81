/// One setting that the command line changes.
package struct ConfigurationOverride {
  let path: SettingPath
  let valueText: String
  /// The option that messages name in place of a line.
  let option: String

  /// An override as `path=value`; nil where it has another form.
  package init?(_ text: String) {
    guard let separator = text.firstIndex(of: "=") else { return nil }
    path = SettingPath(String(text[..<separator]))
    valueText = String(text[text.index(after: separator)...])
    option = "--set"
    if path.keys.isEmpty { return nil }
  }

  package init(path: String, valueText: String, option: String) {
    self.path = SettingPath(path)
    self.valueText = valueText
    self.option = option
  }

  func apply(to tree: ConfigurationNode, file: String) throws(ConfigurationFaults) -> ConfigurationNode {
    let value = try ConfigurationReader.read(override: valueText, at: path, option: option, file: file)
    return try replacing(path.keys[...], in: tree, by: value, file: file)
  }

  private func replacing(
    _ keys: ArraySlice<String>, in node: ConfigurationNode?, by value: ConfigurationNode, file: String
  ) throws(ConfigurationFaults) -> ConfigurationNode {
    guard let key = keys.first else { return value }
    let rest = keys.dropFirst()
    if let node, var items = node.items {
      guard let index = Int(key), items.indices.contains(index) else {
        throw ConfigurationFaults(
          file: file,
          [
            ConfigurationFault(
              origin: .option(option), path: path,
              problem: "'\(key)' is no index of this list; give 0 to \(items.count - 1)")
          ])
      }
      items[index] = try replacing(rest, in: items[index], by: value, file: file)
      // The items of a list belong together: what is wrong with all of them, this change made.
      return ConfigurationNode(value: .list(items), origin: .option(option))
    }
    var entries = node?.entries ?? []
    if let index = entries.firstIndex(where: { $0.key == key }) {
      let replaced = try replacing(rest, in: entries[index].value, by: value, file: file)
      let isChanged = rest.isEmpty || replaced.items != nil
      let keyOrigin = isChanged ? .option(option) : entries[index].keyOrigin
      entries[index] = .init(key: key, keyOrigin: keyOrigin, value: replaced)
    } else {
      let added = try replacing(rest, in: nil, by: value, file: file)
      entries.append(.init(key: key, keyOrigin: .option(option), value: added))
    }
    let origin = node?.entries == nil ? .option(option) : node!.origin
    return ConfigurationNode(value: .mapping(entries), origin: origin)
  }
}
