import FeynmanKac

/// Checks a tree against a shape, fills in defaults and collects what is wrong.
struct ConfigurationValidator {
  var faults: [ConfigurationFault] = []
  /// References that the setting at hand is inside of.
  private var depth = 0

  /// The setting, without the parts that are at fault; nil where all of it is.
  mutating func setting(
    _ node: ConfigurationNode, as shape: SettingShape, at path: SettingPath = SettingPath()
  ) -> Setting? {
    switch shape {
    case .wholeNumber(let range): wholeNumber(node, in: range, shape, at: path)
    case .number(let range): number(node, in: range, shape, at: path)
    case .boolean: boolean(node, shape, at: path)
    case .choice(let names): choice(node, among: names, shape, at: path)
    case .text, .path: text(node, shape, at: path)
    case .record(let record): mapping(node, record, at: path)
    case .named(_, let item): named(node, item, shape, at: path)
    case .list(let item): list(node, item, shape, at: path)
    case .either(let shapes): either(node, shapes, shape, at: path)
    case .reference(let name, let shape): reference(node, name, shape(), at: path)
    }
  }

  /// How often a shape may contain itself, such as a reward another.
  private static let deepestReference = 32

  private mutating func reference(
    _ node: ConfigurationNode, _ name: String, _ shape: SettingShape, at path: SettingPath
  ) -> Setting? {
    guard depth < Self.deepestReference else {
      report(
        node, path, "\(name)s are more than \(Self.deepestReference) deep in each other; give fewer")
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    return setting(node, as: shape, at: path)
  }

  mutating func report(_ node: ConfigurationNode, _ path: SettingPath, _ problem: String) {
    faults.append(ConfigurationFault(origin: node.origin, path: path, problem: problem))
  }

  /// Reports that a value is not what a shape allows; nil, for the caller to return.
  private mutating func refuse(
    _ node: ConfigurationNode, _ shape: SettingShape, at path: SettingPath, hint: String = ""
  ) -> Setting? {
    report(node, path, "found \(node.found); give \(shape.allowed)\(hint)")
    return nil
  }
}

// MARK: - Scalars

extension ConfigurationValidator {
  private mutating func wholeNumber(
    _ node: ConfigurationNode, in range: ClosedRange<UInt64>, _ shape: SettingShape, at path: SettingPath
  ) -> Setting? {
    if case .scalar(let text, isQuoted: false) = node.value, let value = NumberText.wholeNumber(text),
      range.contains(value)
    {
      return .wholeNumber(value)
    }
    return refuse(node, shape, at: path, hint: hint(node))
  }

  private mutating func number(
    _ node: ConfigurationNode, in range: NumberRange, _ shape: SettingShape, at path: SettingPath
  ) -> Setting? {
    if case .scalar(let text, isQuoted: false) = node.value, case .number(let value) = NumberText.read(text),
      range.contains(value)
    {
      return .number(value)
    }
    return refuse(node, shape, at: path, hint: hint(node))
  }

  /// What else a person should know of a spelling that looks like a number.
  private func hint(_ node: ConfigurationNode) -> String {
    guard case .scalar(let text, let isQuoted) = node.value else { return "" }
    return switch NumberText.read(text) {
    case .leadingZero: ", without leading zeros"
    case .tooLarge: "; this is too large for a 64-bit float"
    case .tooSmall: "; this is too small for a 64-bit float"
    case .number where isQuoted: ", without quotes"
    default: ""
    }
  }

  private mutating func boolean(_ node: ConfigurationNode, _ shape: SettingShape, at path: SettingPath)
    -> Setting?
  {
    if case .scalar(let text, isQuoted: false) = node.value, let value = Bool(text) { return .boolean(value) }
    return refuse(node, shape, at: path)
  }

  private mutating func choice(
    _ node: ConfigurationNode, among names: [String], _ shape: SettingShape, at path: SettingPath
  ) -> Setting? {
    guard case .scalar(let text, _) = node.value, !text.isEmpty else {
      return refuse(node, shape, at: path)
    }
    guard names.contains(text) else {
      let advice = NearestSpelling.advice(for: text, among: names, otherwise: "give \(shape.allowed)")
      report(node, path, "found \(node.found); \(advice)")
      return nil
    }
    return .text(text)
  }

  private mutating func text(_ node: ConfigurationNode, _ shape: SettingShape, at path: SettingPath)
    -> Setting?
  {
    guard case .scalar(let text, _) = node.value, !text.isEmpty else {
      return refuse(node, shape, at: path)
    }
    return .text(text)
  }
}

// MARK: - Lists and mappings with free names

extension ConfigurationValidator {
  private mutating func list(
    _ node: ConfigurationNode, _ item: SettingShape, _ shape: SettingShape, at path: SettingPath
  ) -> Setting? {
    guard let items = node.items, !items.isEmpty else {
      return refuse(node, shape, at: path)
    }
    let settings = items.enumerated().map { setting($0.element, as: item, at: path + String($0.offset)) }
    let sound = settings.compactMap { $0 }
    return sound.count == items.count ? .list(sound) : nil
  }

  /// Characters of a name: a key of YAML has at most 1,024, of which an escaped one takes six.
  private static let longestName = 128
  private static let mostNames = 1000

  private mutating func named(
    _ node: ConfigurationNode, _ item: SettingShape, _ shape: SettingShape, at path: SettingPath
  ) -> Setting? {
    guard let entries = node.entries, !entries.isEmpty else {
      return refuse(node, shape, at: path)
    }
    guard entries.count <= Self.mostNames else {
      report(node, path, "found \(entries.count) names; give at most \(Self.mostNames)")
      return nil
    }
    for entry in entries where entry.key.unicodeScalars.count > Self.longestName {
      faults.append(
        ConfigurationFault(
          origin: entry.keyOrigin, path: path,
          problem: "the name '\(entry.key.prefix(20))…' has \(entry.key.unicodeScalars.count) characters; "
            + "give at most \(Self.longestName)"))
      return nil
    }
    return .mapping(
      entries.compactMap { entry in
        setting(entry.value, as: item, at: path + entry.key).map { Setting.Entry(key: entry.key, value: $0) }
      })
  }

  private mutating func either(
    _ node: ConfigurationNode, _ shapes: [SettingShape], _ shape: SettingShape, at path: SettingPath
  ) -> Setting? {
    guard let fitting = shapes.first(where: { fits(node, $0) }) else {
      return refuse(node, shape, at: path)
    }
    // A word that is like none of the words: the other shapes may be what is wanted.
    if case .choice(let names) = fitting, case .scalar(let text, _) = node.value, !names.contains(text),
      NearestSpelling.of(text, among: names) == nil
    {
      return refuse(node, shape, at: path)
    }
    return setting(node, as: fitting, at: path)
  }

  /// Whether a value is of the sort that a shape takes, right or wrong in its parts.
  private func fits(_ node: ConfigurationNode, _ shape: SettingShape) -> Bool {
    switch (node.value, shape) {
    case (.scalar(let text, _), .number), (.scalar(let text, _), .wholeNumber):
      NumberText.read(text) != .other
    case (.scalar(let text, _), .choice): !text.isEmpty && NumberText.read(text) == .other
    case (.scalar(let text, isQuoted: false), .boolean): Bool(text) != nil
    case (.scalar, .text), (.scalar, .path): true
    case (.list(let items), .list(let item)): items.first.map { fits($0, item) } ?? true
    case (.mapping, .record), (.mapping, .named): true
    case (_, .either(let shapes)): shapes.contains { fits(node, $0) }
    case (_, .reference(_, let shape)): fits(node, shape())
    default: false
    }
  }
}
