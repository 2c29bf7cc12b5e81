extension ConfigurationNode {
  /// A setting as a config would spell it.
  init(_ setting: Setting) {
    let content: Content =
      switch setting {
      case .wholeNumber(let value): .scalar("\(value)", isQuoted: false)
      case .number(let value): .scalar("\(value)", isQuoted: false)
      case .boolean(let value): .scalar("\(value)", isQuoted: false)
      case .text(let text): .scalar(text, isQuoted: false)
      case .list(let items): .list(items.map { ConfigurationNode($0) })
      case .mapping(let entries):
        .mapping(
          entries.map { Entry(key: $0.key, keyOrigin: .schema, value: ConfigurationNode($0.value)) })
      }
    self.init(value: content, origin: .schema)
  }
}
